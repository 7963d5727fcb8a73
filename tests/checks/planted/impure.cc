// Everything that a decision library must not do; the symbol check has to find all of it.
#include <sys/socket.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <thread>

long planted() {
  std::thread([] {}).join();
  std::FILE* file = std::fopen("/dev/null", "r");
  return std::chrono::steady_clock::now().time_since_epoch().count() + socket(0, 0, 0) +
         static_cast<long>(std::random_device{}()) + (file != nullptr ? 1 : 0) +
         (std::getenv("HOME") != nullptr ? 1 : 0);
}
