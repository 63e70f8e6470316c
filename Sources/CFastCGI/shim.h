#pragma once
#include <fcgiapp.h>
// Swift's Glibc module leaves these two out, and a FastCGI listener needs them.
#include <sys/epoll.h>
#include <sys/eventfd.h>
