/* scene.h: the functions that are called here, each file's for the others. All files are compiled with -finstrument-functions. */
#ifndef SCENE_H
#define SCENE_H

#ifdef __cplusplus
extern "C" {
#endif

/* render.c and paint.c have a `draw` each, which nobody else sees, and call it as often as they are told. */
int render_scene(int times);
int paint_scene(int times);

/* A shared library, where there can be one, with a `plugin_part` that nobody else sees. */
#if defined(_WIN32) && defined(PLUGIN_IS_SHARED)
#ifdef PLUGIN_IS_HERE
#define PLUGIN_API __declspec(dllexport)
#else
#define PLUGIN_API __declspec(dllimport)
#endif
#else
#define PLUGIN_API
#endif
PLUGIN_API int plugin_run(int n);
/* Its address, as the library and as the program know it, to be called by. */
typedef int (*plugin_function_t)(int n);
PLUGIN_API plugin_function_t plugin_address(void);

/* shapes.cpp; each returns how many exceptions came out of what it called. */
int shapes_methods(void);
int shapes_throw(int times);

#ifdef __cplusplus
}
#endif
#endif /* SCENE_H */
