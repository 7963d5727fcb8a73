#include "runtime/adapters/process/supervisor.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <optional>

#include "common/check.h"

namespace fairlead {
namespace {

constexpr char kBeat = 'b';
constexpr char kNote = 'n';

/// What goes through the pipe; written at once, so that it arrives whole.
struct Letter {
  char kind = kBeat;
  unsigned char note_size = 0;
  std::array<unsigned char, SupervisorLink::kNoteBytesMax> note{};
};
static_assert(sizeof(Letter) <= 512, "POSIX promises whole writes up to 512 bytes");

Instant now() {
  timespec time{};
  ::clock_gettime(CLOCK_MONOTONIC, &time);
  return {std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec};
}

/// SIGCHLD and the stop signals of this process as a descriptor.
class Signals {
 public:
  Signals() {
    sigset_t set;
    sigemptyset(&set);
    for (int number : {SIGTERM, SIGINT, SIGCHLD}) sigaddset(&set, number);
    check(::sigprocmask(SIG_BLOCK, &set, &before_) == 0, "signals can be blocked");
    descriptor_ = ::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    check(descriptor_ >= 0, "a signalfd can be made");
  }
  ~Signals() {
    ::close(descriptor_);
    restore();
  }
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  int descriptor() const { return descriptor_; }
  void restore() const { ::sigprocmask(SIG_SETMASK, &before_, nullptr); }
  /// The next one that arrived; 0 when none did.
  int take() const {
    signalfd_siginfo info{};
    return ::read(descriptor_, &info, sizeof info) == static_cast<ssize_t>(sizeof info)
               ? static_cast<int>(info.ssi_signo)
               : 0;
  }

 private:
  int descriptor_ = -1;
  sigset_t before_{};
};

void wait_for(pollfd* descriptors, nfds_t count, Duration span) {
  ::poll(descriptors, count, static_cast<int>(std::clamp<std::int64_t>(span.ms() + 1, 0, 60'000)));
}

std::string how_it_ended(int status) {
  if (WIFSIGNALED(status)) return "killed by signal " + std::to_string(WTERMSIG(status));
  return "exit code " + std::to_string(WEXITSTATUS(status));
}

/// One child, from its start to waitpid.
class Life {
 public:
  Life(const SupervisorOptions& options, const Signals& signals)
      : options_(options), signals_(signals) {}
  ~Life() { ::close(letters_); }
  Life(const Life&) = delete;
  Life& operator=(const Life&) = delete;

  /// The child's result, in the child; nullopt in the parent.
  std::optional<int> start(const std::function<int(SupervisorLink&)>& child) {
    std::array<int, 2> ends{};
    check(::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) == 0, "a pipe can be made");
    letters_ = ends[0];
    const pid_t parent = ::getpid();
    std::fflush(nullptr);
    pid_ = ::fork();
    check(pid_ >= 0, "a process can be forked");
    if (pid_ > 0) {
      ::close(ends[1]);
      return std::nullopt;
    }
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(1);  // it died before that took effect
    signals_.restore();
    SupervisorLink link(ends[1]);
    return child(link);
  }

  /// Waits for its end and returns its wait status. `stop_asked` becomes true with a stop signal.
  int wait(bool* stop_asked) {
    for (;;) {
      int status = 0;
      read_letters();
      if (::waitpid(pid_, &status, WNOHANG) == pid_) {
        read_letters();  // its last words
        return status;
      }
      kill_if_wedged();
      std::array<pollfd, 2> descriptors{
          {{letters_, POLLIN, 0}, {signals_.descriptor(), POLLIN, 0}}};
      if (is_closed_) descriptors[0].fd = -1;
      wait_for(descriptors.data(), descriptors.size(), options_.silence_max / 4);
      while (int number = signals_.take()) {
        if (number == SIGCHLD) continue;
        *stop_asked = true;
        ::kill(pid_, number);
      }
    }
  }

  bool has_beaten() const { return heard_at_.has_value(); }
  const Bytes& note() const { return note_; }

 private:
  void read_letters() {
    Letter letter;
    ssize_t size = 0;
    while ((size = ::read(letters_, &letter, sizeof letter)) == ssize_t{sizeof letter}) {
      if (letter.kind == kBeat) heard_at_ = now();
      if (letter.kind != kNote) continue;
      const auto* begin = letter.note.data();
      note_.assign(begin, begin + std::min<std::size_t>(letter.note_size, letter.note.size()));
    }
    is_closed_ = size == 0;
  }
  void kill_if_wedged() {
    if (!heard_at_ || is_killed_ || now() - *heard_at_ < options_.silence_max) return;
    std::fprintf(stderr,
                 "%s: supervisor: process %d is wedged: its loop has not turned for %lld ms; "
                 "it is killed\n",
                 options_.program.c_str(), pid_, static_cast<long long>((now() - *heard_at_).ms()));
    is_killed_ = true;
    ::kill(pid_, SIGKILL);
  }

  const SupervisorOptions& options_;
  const Signals& signals_;
  pid_t pid_ = -1;
  int letters_ = -1;
  bool is_closed_ = false;
  bool is_killed_ = false;
  std::optional<Instant> heard_at_;
  Bytes note_;
};

/// False when a stop signal came meanwhile.
bool pause_for(Duration span, const Signals& signals) {
  const Instant until = now() + span;
  while (now() < until) {
    pollfd descriptor{signals.descriptor(), POLLIN, 0};
    wait_for(&descriptor, 1, until - now());
    while (int number = signals.take()) {
      if (number != SIGCHLD) return false;
    }
  }
  return true;
}

}  // namespace

SupervisorLink::~SupervisorLink() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void SupervisorLink::beat() {
  say(kBeat, {});
}

void SupervisorLink::leave_note(BytesView note) {
  check(note.size() <= kNoteBytesMax, "a note fits into its letter");
  say(kNote, note);
}

void SupervisorLink::say(char kind, BytesView note) {
  if (descriptor_ < 0) return;
  Letter letter{.kind = kind, .note_size = static_cast<unsigned char>(note.size())};
  std::copy(note.begin(), note.end(), letter.note.begin());
  // A full pipe: the supervisor has not read for hundreds of beats. A note waits for it.
  while (::write(descriptor_, &letter, sizeof letter) < 0 && kind == kNote &&
         (errno == EAGAIN || errno == EINTR)) {
    pollfd writable{descriptor_, POLLOUT, 0};
    ::poll(&writable, 1, -1);
  }
}

int supervise(const SupervisorOptions& options, const std::function<int(SupervisorLink&)>& child) {
  const rlimit no_core{0, 0};  // a dump would hold keys and take long to write
  ::setrlimit(RLIMIT_CORE, &no_core);
  const Signals signals;
  Duration pause = options.restart_min;
  bool has_served = false;
  for (;;) {
    const Instant started_at = now();
    Life life(options, signals);
    if (std::optional<int> result = life.start(child)) return *result;
    bool stop_asked = false;
    const int status = life.wait(&stop_asked);
    if (!life.note().empty() && options.on_death) options.on_death(life.note());
    has_served = has_served || life.has_beaten();
    const bool is_exit = WIFEXITED(status);
    if (is_exit && (WEXITSTATUS(status) == 0 || !has_served)) return WEXITSTATUS(status);
    if (stop_asked) return is_exit ? WEXITSTATUS(status) : 1;
    if (now() - started_at >= options.restart_max) pause = options.restart_min;
    std::fprintf(stderr, "%s: supervisor: %s; starts again in %lld ms\n", options.program.c_str(),
                 how_it_ended(status).c_str(), static_cast<long long>(pause.ms()));
    if (!pause_for(pause, signals)) return 0;
    pause = std::min(pause * 2, options.restart_max);
  }
}

}  // namespace fairlead
