/* C++: methods, overloads, templates, names that only this file sees, exceptions. */
#include "scene.h"
#include <stdexcept>

namespace shapes {
namespace {
int secret(int n)
{
    return n + 1;
}
}

class Circle {
public:
    explicit Circle(int radius);
    ~Circle();
    int area() const;
    int grow(int by);
    int grow(double by);
    static int count();

private:
    int radius_;
};

template <class T> T twice(T v)
{
    return v + v;
}

/* Names within a function's parameters are not the function's. */
template <class A, class B> struct Pair {
    A a;
    B b;
};
template <class T> struct Sizes {
    T n;
};
static int measure(Pair<int, Sizes<int> > pair)
{
    return pair.a + pair.b.n;
}

Circle::Circle(int radius) : radius_(radius) {}
Circle::~Circle() { radius_ = 0; }
int Circle::area() const { return 3 * radius_ * radius_; }
int Circle::grow(int by) { return radius_ += secret(by); }
int Circle::grow(double by) { return radius_ += static_cast<int>(by); }
int Circle::count() { return 1; }

static int fail(int n)
{
    if (n >= 0) throw std::runtime_error("no such shape");
    return n;
}

/* Uses more of the stack than what is called after it: with clang nothing else tells that it was left. */
__attribute__((noinline)) static int attempt(int n)
{
    volatile char room[500];
    room[n] = 0;
    return fail(n) + room[n];
}
}

static int area(int n)
{
    return n;
}

extern "C" int shapes_methods(void)
{
    shapes::Circle circle(2);
    shapes::Pair<int, shapes::Sizes<int> > pair = { 1, { 2 } };
    return shapes::measure(pair) + circle.area() + circle.grow(1) + circle.grow(1.5) + shapes::Circle::count() + shapes::twice(3) + area(1);
}

extern "C" int shapes_throw(int times)
{
    int caught = 0;
    for (int i = 0; i < times; i++) {
        try {
            shapes::attempt(i);
        } catch (const std::exception &) {
            caught++;
        }
    }
    return caught + area(0);
}
