/* integration.c: an integration of your own, in twenty lines: it connects the SDK with a library that tells its errors to a callback.
 *
 *     cc -pthread examples/integration.c -o integration && ./integration
 *
 * The report goes to the server that SENTRY_DSN names, or, without one, to a small receiver in this program that prints it. */
#define SENTRY_IMPLEMENTATION /* in one file of your program */
#include "../sentry.h"
#include "receiver.h"

/* -- a library that your program uses, and that knows nothing of Sentry -- */

#define MESH_VERSION "4.2"

typedef struct {
    void (*on_error)(const char *file, const char *error);
} mesh_loader_t;

static void mesh_on_error(mesh_loader_t *loader, void (*callback)(const char *file, const char *error)) { loader->on_error = callback; }

static int mesh_load(const mesh_loader_t *loader, const char *file)
{
    if (strcmp(file, "house.obj") == 0) return 0;
    if (loader->on_error) loader->on_error(file, "vertex 17 is not a number");
    return -1;
}

static mesh_loader_t loader;

/* -- the integration -- */

static void report(const char *file, const char *error)
{
    sentry_breadcrumb("mesh", SENTRY_LEVEL_ERROR, "cannot load %s", file);
    sentry_capture_exception("MeshError", error);
}

static int setup(void *data)
{
    mesh_on_error((mesh_loader_t *)data, report);
    return 0; /* 1: not here; sentry_init goes on without it */
}

static void teardown(void *data) { mesh_on_error((mesh_loader_t *)data, NULL); }

static sentry_value_t add_version(sentry_value_t event, void *hint, void *data)
{
    (void)hint, (void)data;
    sentry_value_set_by_key(sentry_value_get_by_key(event, "contexts"), "mesh", sentry_value_from_json("{\"version\":\"" MESH_VERSION "\"}"));
    return event; /* or drop it: sentry_value_decref(event), and return null */
}

static const sentry_integration_t mesh_integration = { "mesh", setup, teardown, add_version, &loader };

/* -- the program -- */

int main(void)
{
    const sentry_integration_t *const integrations[] = { &mesh_integration, NULL };
    if (sentry_init(&(sentry_options_t){ .dsn = receiver_start(), .release = "integration@1.0.0", .environment = "development",
                                         .auto_session_tracking = SENTRY_OFF, .integrations = integrations }) != 0) {
        fprintf(stderr, "no reports: %s\n", sentry_get_init_error());
    }
    mesh_load(&loader, "house.obj");
    mesh_load(&loader, "dragon.obj");
    sentry_close();
    mesh_load(&loader, "dragon.obj"); /* nobody listens any more */
    receiver_stop();
    return 0;
}
