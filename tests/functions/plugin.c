/* A shared library, or a part of the program where that is linked statically. */
#define PLUGIN_IS_HERE
#include "scene.h"

static int plugin_part(int n)
{
    return n + 1;
}

int plugin_run(int n)
{
    return plugin_part(n) + plugin_part(n + 1);
}

plugin_function_t plugin_address(void)
{
    return plugin_run;
}
