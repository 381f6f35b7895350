/* The ways to include both headers, by ORDER. Ends well when https has a transport then; else says why not. */
#if ORDER == 1 /* as the manual says */
#define SENTRY_IMPLEMENTATION
#include "../../sentry.h"
#include "../../sentry_curl.h"
#elif ORDER == 2 /* the other way round */
#define SENTRY_IMPLEMENTATION
#include "../../sentry_curl.h"
#include "../../sentry.h"
#elif ORDER == 3 /* both known before they are implemented */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "../../sentry_curl.h"
#define SENTRY_IMPLEMENTATION
#include "../../sentry.h"
#include "../../sentry_curl.h"
#elif ORDER == 4 /* sentry.h known, and implemented by its companion */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "../../sentry.h"
#define SENTRY_IMPLEMENTATION
#include "../../sentry_curl.h"
#include "../../sentry_curl.h"
#else /* only known; another file implements them */
#include "../../sentry_curl.h"
#endif
#include <stdio.h>
#include <string.h>

int main(void)
{
    sentry_options_t options;
    int failed;
    memset(&options, 0, sizeof options);
    options.dsn = "https://key@127.0.0.1:1/1";
    options.release = "order@1";
    failed = sentry_init(&options);
    printf("%s\n", failed ? sentry_get_init_error() : "libcurl");
    if (!failed) failed = sentry_curl_easy_perform(NULL) == 0 || sentry_curl_easy_request(NULL, "http://127.0.0.1:1/", NULL) == 0;
    sentry_close();
    return failed;
}
