#include <curl/curl.h>
#include <string.h>

// curl_easy_setopt takes a variable number of arguments, which Swift does not import: one letter is sent here.

struct hoptac_letter {
    const char *rest;
    size_t left;
};

static size_t hoptac_read_letter(char *buffer, size_t size, size_t count, void *source) {
    struct hoptac_letter *letter = (struct hoptac_letter *)source;
    size_t part = size * count < letter->left ? size * count : letter->left;
    memcpy(buffer, letter->rest, part);
    letter->rest += part;
    letter->left -= part;
    return part;
}

/// 0, or curl's code with its reason in `reason` (CURL_ERROR_SIZE bytes). `user` may be NULL.
static inline int hoptac_send_letter(
    const char *url, const char *user, const char *password, const char *from, const char *to, const char *text,
    size_t length, int needs_tls, long seconds, char *reason) {
    reason[0] = 0;
    CURL *curl = curl_easy_init();
    if (curl == NULL) return CURLE_FAILED_INIT;
    struct hoptac_letter letter = {text, length};
    struct curl_slist *receivers = curl_slist_append(NULL, to);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, reason);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_USE_SSL, (long)(needs_tls ? CURLUSESSL_ALL : CURLUSESSL_TRY));
    if (user != NULL) {
        curl_easy_setopt(curl, CURLOPT_USERNAME, user);
        curl_easy_setopt(curl, CURLOPT_PASSWORD, password);
    }
    curl_easy_setopt(curl, CURLOPT_MAIL_FROM, from);
    curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, receivers);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, hoptac_read_letter);
    curl_easy_setopt(curl, CURLOPT_READDATA, &letter);
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, seconds);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, seconds * 2);
    CURLcode code = curl_easy_perform(curl);
    if (code != CURLE_OK && reason[0] == 0) strncpy(reason, curl_easy_strerror(code), CURL_ERROR_SIZE - 1);
    curl_slist_free_all(receivers);
    curl_easy_cleanup(curl);
    return (int)code;
}
