/// A certificate for `localhost` that signs itself, until 2126, with its key: made for these tests and known to everybody.
enum TestCertificate {
    static let certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBlDCCATugAwIBAgIUNAOlEo0gP1V3x8UfiSApdWTjgeswCgYIKoZIzj0EAwIw
        FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNzA2MjkxMFoYDzIxMjYxMTAz
        MDYyOTEwWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
        PQMBBwNCAASEEElnCKU8nYNtrUVJQfb6T3Rx7c4daWVkL+jgaKuF7d396kaxhuZe
        vFwWDeE+O2j37ZAZAABf/8yg5Y9nHpKDo2kwZzAdBgNVHQ4EFgQUcdmm4s285plu
        WooInRv+fyoozdMwHwYDVR0jBBgwFoAUcdmm4s285pluWooInRv+fyoozdMwDwYD
        VR0TAQH/BAUwAwEB/zAUBgNVHREEDTALgglsb2NhbGhvc3QwCgYIKoZIzj0EAwID
        RwAwRAIgdQg7pZrhgYpv4RsdDLtGCTowHmgAY8eNBWpQJsgLDAUCIEeuA++Bv2pF
        EW91HjjpIGtGLHM6oJzksSyh/mHyvUOH
        -----END CERTIFICATE-----
        """

    static let key = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgeDLFWXWRkrJsNnIH
        YPmkcGrXhove+VT9O3bLP++xBnShRANCAASEEElnCKU8nYNtrUVJQfb6T3Rx7c4d
        aWVkL+jgaKuF7d396kaxhuZevFwWDeE+O2j37ZAZAABf/8yg5Y9nHpKD
        -----END PRIVATE KEY-----
        """

    /// The key to nothing.
    static let otherKey = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQggITrCLG3LTZYgtjk
        Qdp5Wj0qbsgaA2Ei/eV+9bLJdd2hRANCAASySDzyrmOZxY8cMund9qGtKHhDoOde
        mjJPuzRQ7PT9YgEgG02iuC22MLFbR4j6/UjmuS53jrqmV/8Nb0hjVLA7
        -----END PRIVATE KEY-----
        """
}
