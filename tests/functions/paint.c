/* A file with a function of its own that another file has too. */
#include "scene.h"

static int draw(int n)
{
    return n * 3;
}

int paint_scene(int times)
{
    int sum = 0;
    while (times-- > 0) sum += draw(times);
    return sum;
}
