// The TCP connections behind a bound ZeroMQ socket, as the kernel knows them: libzmq neither counts
// what it holds for a peer nor closes one. Descriptors belong to libzmq; here they are only looked
// at and shut down, which its I/O thread takes as the peer's hanging up. Functions, thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace fairlead {

struct Connection {
  int descriptor = -1;
  std::uint64_t received_bytes = 0;  ///< by the kernel since it was accepted
};

/// Port of "tcp://127.0.0.1:5050"; 0 when the text does not end in one.
std::uint16_t port_of(const std::string& endpoint);

/// Accepted connections of this process on its local `port`, by descriptor. A system call or two
/// for each descriptor of the process: some 20 ms with 20,000. Empty without /proc.
std::vector<Connection> accepted_connections(std::uint16_t port);

/// Ends the connection in both directions. Its peer may connect again. False when it is no
/// connection any more.
bool shut_down(int descriptor);

}  // namespace fairlead
