/* The same program as C++, with crashes that only C++ has. */
#include "crasher.c"
