import Kernel
import Persistence
import Records
package import Web

/// The admin units for programs: those of a day, and by its number whatever unit a record was written with. Of the part
/// of a split unit `base_id` is what was split and `heir_id` where the part went on `split_on`.
package let unitApi = ReadTable(
    "unit", table: "registry_unit",
    columns: [
        .init("code", .code, value: "CASE WHEN base_id IS NULL THEN code ELSE substr(code, 1, 5) END"),
        .init("name", .text), .init("full_name", .text),
        .init(
            "level", .choice("unit_level", ["province", "district", "commune"]),
            value: "CASE level WHEN 1 THEN 'province' WHEN 2 THEN 'district' ELSE 'commune' END"),
        .init("parent_code", .code, isOptional: true),
        .init("valid_from", .day, isOptional: true, value: "nullif(valid_from, '0001-01-01')"),
        .init("valid_to", .day, isOptional: true, value: "nullif(valid_to, '9999-12-31')"),
        .init("base_id", .reference("unit"), isOptional: true), .init("heir_id", .reference("unit"), isOptional: true),
        .init("split_on", .day, isOptional: true),
    ], filters: ["code", "level", "parent_code"], searched: "name_folded",
    standing: { "base_id IS NULL AND valid_from <= \($0) AND valid_to > \($0)" })
