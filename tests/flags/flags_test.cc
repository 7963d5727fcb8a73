#include "runtime/adapters/flags/flags.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <map>

namespace fairlead {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

using Variables = std::map<std::string, std::string>;

/// A master-like program.
struct Program {
  FlagSet flags{"fairlead-x", "Does things."};
  std::string state_dir = "/var/lib/x";
  std::string mode = "fast";
  bool insecure = false;
  std::int64_t lease_ms = 5000;
  std::uint16_t port = 5050;
  Duration timeout = seconds(10);
  std::int64_t cache = 64 << 20;
  std::vector<std::string> labels = {"a"};
  std::vector<std::string> agents;

  Program() {
    flags.add({.name = "state-dir", .help = "Where state is kept", .value_name = "DIR"},
              &state_dir);
    flags.add_choice({.name = "mode", .help = "How"}, &mode, {"fast", "safe"});
    flags.add({.name = "insecure", .help = "Serves anybody"}, &insecure);
    flags.add({.name = "lease-ms-max", .help = "Lease"}, &lease_ms,
              {.min = 1000, .max = 600'000, .unit = "ms"});
    flags.add({.name = "port", .help = "Port", .short_name = 'p'}, &port);
    flags.add({.name = "timeout", .help = "Patience"}, &timeout,
              {.min = milliseconds(1), .max = seconds(60)});
    flags.add_bytes({.name = "cache", .help = "Cache"}, &cache, {.min = 1024});
    flags.add_repeated({.name = "label", .help = "Labels"}, &labels);
    flags.add_repeated({.name = "agent", .help = "Which", .delimiter = ','}, &agents);
    flags.allow_config_file();
    flags.add_example("fairlead-x --mode safe");
  }
  FlagOutcome parse(const std::vector<std::string>& words, const Variables& variables = {}) {
    return flags.parse(words, [&](const char* name) -> const char* {
      const auto found = variables.find(name);
      return found == variables.end() ? nullptr : found->second.c_str();
    });
  }
};

class ConfigFile {
 public:
  explicit ConfigFile(const std::string& text)
      : path_(::testing::TempDir() + "fairlead-flags-" + std::to_string(getpid()) + ".yaml") {
    std::ofstream(path_) << text;
  }
  ~ConfigFile() { unlink(path_.c_str()); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

TEST(Flags, ADelimiterSeparatesTheValuesOfAWord) {
  Program p;
  EXPECT_TRUE(p.parse({"--agent", "a,b", "--agent=c", "--label", "x,y"}).run);
  EXPECT_THAT(p.agents, ElementsAre("a", "b", "c"));
  EXPECT_THAT(p.labels, ElementsAre("x,y"));
}

TEST(Flags, TypedValuesAreReadInBothSpellings) {
  Program p;
  const auto outcome =
      p.parse({"--state_dir=/x", "--mode", "safe", "--insecure", "--lease-ms-max", "1000", "-p",
               "0", "--timeout", "1.5s", "--cache=2GiB", "--label", "x", "--label=y"});
  ASSERT_TRUE(outcome.run) << outcome.text;
  EXPECT_EQ(p.state_dir, "/x");
  EXPECT_EQ(p.mode, "safe");
  EXPECT_TRUE(p.insecure);
  EXPECT_EQ(p.lease_ms, 1000);
  EXPECT_EQ(p.port, 0);
  EXPECT_EQ(p.timeout, milliseconds(1500));
  EXPECT_EQ(p.cache, 2LL << 30);
  EXPECT_THAT(p.labels, ElementsAre("x", "y"));
}

TEST(Flags, NothingGivenKeepsTheDefaults) {
  Program p;
  ASSERT_TRUE(p.parse({}).run);
  EXPECT_EQ(p.lease_ms, 5000);
  EXPECT_THAT(p.labels, ElementsAre("a"));
}

TEST(Flags, FlagBeatsEnvironmentBeatsFileBeatsDefault) {
  const ConfigFile file(
      "state_dir: /file\nmode: safe\nlease-ms-max: 3000\nlabel: [f, g]\ninsecure: true\n");
  Program p;
  const auto outcome = p.parse({"--config", file.path(), "--state-dir", "/flag"},
                               {{"FAIRLEAD_STATE_DIR", "/env"}, {"FAIRLEAD_LEASE_MS_MAX", "2000"}});
  ASSERT_TRUE(outcome.run) << outcome.text;
  EXPECT_EQ(p.state_dir, "/flag");
  EXPECT_EQ(p.lease_ms, 2000);
  EXPECT_EQ(p.mode, "safe");
  EXPECT_EQ(p.port, 5050);
  EXPECT_TRUE(p.insecure);
  EXPECT_THAT(p.labels, ElementsAre("f", "g"));
}

TEST(Flags, ASwitchCanBeTurnedOffAgain) {
  Program p;
  ASSERT_TRUE(p.parse({"--insecure=false"}, {{"FAIRLEAD_INSECURE", "true"}}).run);
  EXPECT_FALSE(p.insecure);
}

TEST(Flags, BadValuesSayWhatWasExpected) {
  struct Case {
    std::vector<std::string> words;
    const char* message;
  };
  const Case cases[] = {
      {{"--lease_ms_max", "30s"}, "flag --lease-ms-max: expected 1000..600000 ms, got \"30s\""},
      {{"--lease-ms-max=999"}, "flag --lease-ms-max: expected 1000..600000 ms, got \"999\""},
      {{"--port", "65536"}, "flag --port: expected a port, 0..65535, got \"65536\""},
      {{"--timeout", "5"},
       "flag --timeout: expected 1ms..1m, got \"5\"; hint: write 300ms, 5s or 1h30m"},
      {{"--timeout", "2m"}, "flag --timeout: expected 1ms..1m, got \"2m\""},
      {{"--cache", "64 MB"},
       "flag --cache: expected a size of at least 1KiB, got \"64 MB\"; hint: write 64MiB or 10GB"},
      {{"--mode", "saef"},
       "flag --mode: expected one of fast, safe, got \"saef\"; hint: did you mean \"safe\"?"},
      {{"--insecure=maybe"}, "flag --insecure: expected true or false, got \"maybe\""},
      {{"--port", "1", "--port", "2"}, "flag --port: given more than once"},
      {{"--stat-dir", "/x"}, "unknown flag --stat-dir; hint: did you mean \"--state-dir\"?"},
      {{"stray"}, "unexpected argument: got \"stray\""},
      {{"--port"}, "--port"},
      {{"--config", "/nonexistent.yaml"}, "/nonexistent.yaml: cannot be opened"},
  };
  for (const Case& c : cases) {
    Program p;
    const auto outcome = p.parse(c.words);
    EXPECT_FALSE(outcome.run) << c.message;
    EXPECT_EQ(outcome.exit_code, kExitUsage) << c.message;
    EXPECT_THAT(outcome.text, HasSubstr(c.message));
  }
}

TEST(Flags, BadVariablesAndFilesAreNamed) {
  Program p;
  EXPECT_THAT(p.parse({}, {{"FAIRLEAD_PORT", "x"}}).text,
              HasSubstr("environment FAIRLEAD_PORT: expected a port, 0..65535, got \"x\""));
  const ConfigFile bad("port: x\n");
  EXPECT_THAT(Program().parse({"--config", bad.path()}).text,
              HasSubstr(":1:7: port: expected a port"));
  const ConfigFile unknown("prot: 1\n");
  EXPECT_THAT(Program().parse({"--config", unknown.path()}).text,
              HasSubstr(":1:1: unknown key \"prot\"; hint: did you mean \"port\"?"));
  const ConfigFile twice("state-dir: a\nstate_dir: b\n");
  EXPECT_THAT(Program().parse({"--config", twice.path()}).text, HasSubstr(":2:1: duplicate key"));
}

TEST(Flags, HelpShowsBoundsDefaultsAndExamplesAndExitsZero) {
  const auto outcome = Program().parse({"--help", "--nonsense"});
  EXPECT_FALSE(outcome.run);
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_THAT(outcome.text,
              HasSubstr("--lease-ms-max VALUE           Lease (1000..600000 ms) [default: 5000]"));
  EXPECT_THAT(outcome.text, HasSubstr("examples:\n  fairlead-x --mode safe\n"));
  EXPECT_THAT(Program().parse({"--version"}).text, StartsWith("fairlead-x 0."));
}

/// A tool with commands, as the command line has.
struct Tool {
  FlagSet flags{"tool", "A tool."};
  std::string master = "127.0.0.1:5050";
  std::string task;
  std::vector<std::string> command;
  std::string output = "table";
  bool force = false;

  Tool() {
    flags.add({.name = "master", .help = "Where"}, &master);
    FlagSet& run = flags.add_command("run", "Runs a command");
    run.add_choice({.name = "output", .help = "Format", .short_name = 'o'}, &output,
                   {"table", "json"});
    run.add_repeated({.name = "command",
                      .help = "What",
                      .value_name = "COMMAND",
                      .is_required = true,
                      .is_positional = true},
                     &command);
    FlagSet& tasks = flags.add_command("task", "Tasks");
    FlagSet& kill = tasks.add_command("kill", "Kills a task");
    kill.add({.name = "force", .help = "At once"}, &force);
    kill.add({.name = "task",
              .help = "Which",
              .value_name = "TASK",
              .is_required = true,
              .is_positional = true},
             &task);
  }
  FlagOutcome parse(const std::vector<std::string>& words) {
    return flags.parse(words, [](const char*) -> const char* { return nullptr; });
  }
};

TEST(Commands, NestedOnesSeeTheirParentsFlags) {
  Tool t;
  const auto outcome = t.parse({"task", "kill", "t-1", "--force", "--master", "h:1"});
  ASSERT_TRUE(outcome.run) << outcome.text;
  EXPECT_EQ(outcome.command, "task kill");
  EXPECT_EQ(t.task, "t-1");
  EXPECT_EQ(t.master, "h:1");
  EXPECT_TRUE(t.force);
}

TEST(Commands, EverythingAfterDashesBelongsToTheCommand) {
  Tool t;
  const auto outcome = t.parse({"run", "-o", "json", "--", "sh", "-c", "exit 3", "--master"});
  ASSERT_TRUE(outcome.run) << outcome.text;
  EXPECT_THAT(t.command, ElementsAre("sh", "-c", "exit 3", "--master"));
  EXPECT_EQ(t.output, "json");
}

TEST(Commands, SlipsAreExplained) {
  EXPECT_THAT(Tool().parse({"rnu"}).text,
              HasSubstr("unknown command \"rnu\"; hint: did you mean \"run\"?"));
  EXPECT_THAT(Tool().parse({"task", "kil", "x"}).text,
              HasSubstr("unknown command \"kil\"; hint: did you mean \"kill\"?"));
  EXPECT_THAT(Tool().parse({"task", "kill", "x", "--forec"}).text,
              HasSubstr("did you mean \"--force\"?"));
  EXPECT_THAT(Tool().parse({}).text, HasSubstr("a command is missing"));
  EXPECT_THAT(Tool().parse({"task", "kill"}).text, HasSubstr("argument TASK: required"));
  EXPECT_THAT(Tool().parse({"task", "kill", "--help"}).text,
              HasSubstr("usage: tool task kill [flags] TASK"));
}

TEST(Commands, BashCompletionOffersCommandsFlagsAndChoices) {
  const auto outcome = Tool().parse({"completion", "bash"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.text;
  const std::string script =
      ::testing::TempDir() + "fairlead-completion-" + std::to_string(getpid());
  const std::string result = script + ".out";
  std::ofstream(script)
      << outcome.text
      << "try() { COMP_WORDS=(\"$@\"); COMP_CWORD=$(($#-1)); COMPREPLY=(); _tool; "
         "echo \"${COMPREPLY[*]}\"; }\n"
         "try tool ru\ntry tool task k\ntry tool task kill --fo\ntry tool run --output j\n"
         "try tool run -o j\n";
  const std::string order = "bash " + script + " > " + result;
  ASSERT_EQ(std::system(order.c_str()), 0);
  std::ifstream in(result);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  unlink(script.c_str());
  unlink(result.c_str());
  EXPECT_EQ(text, "run\nkill\n--force\njson\njson\n");
}

}  // namespace
}  // namespace fairlead
