/* A libcurl that does nothing, to see on Windows, which has none, that its functions are found and called. */
#define FAKE(type, name, arguments, result) \
    __declspec(dllexport) type curl_##name arguments; \
    type curl_##name arguments { return result; }

static int here;

FAKE(int, global_init, (long flags), flags != 3)
FAKE(const char *, version, (void), "libcurl/0 (fake)")
FAKE(void *, easy_init, (void), &here)
FAKE(int, easy_setopt, (void *easy, int option, ...), easy != &here || option == 0)
FAKE(int, easy_getinfo, (void *easy, int info, ...), easy != &here || info == 0)
FAKE(int, easy_perform, (void *easy), easy ? 0 : 43)
FAKE(const char *, easy_strerror, (int code), code ? "failed" : "good")
FAKE(void, easy_cleanup, (void *easy), (void)easy)
FAKE(void *, slist_append, (void *list, const char *text), text ? &here : list)
FAKE(void, slist_free_all, (void *list), (void)list)
FAKE(void *, multi_init, (void), &here)
FAKE(int, multi_add_handle, (void *multi, void *easy), multi != easy)
FAKE(int, multi_remove_handle, (void *multi, void *easy), multi != easy)
FAKE(int, multi_perform, (void *multi, int *running), multi != &here || (*running = 0))
FAKE(int, multi_wait, (void *multi, void *extra, unsigned n, int ms, int *ready), multi != &here || extra || n || ms < 0 || !ready)
FAKE(void *, multi_info_read, (void *multi, int *left), multi == &here ? ((void)(*left = 0), (void *)0) : multi)
FAKE(int, multi_cleanup, (void *multi), multi != &here)
