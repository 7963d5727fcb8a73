#include <sys/socket.h>
#include <zmq.hpp>
