#include "cli/output/listing.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace fairlead {
namespace {

Listing tasks() {
  return {.name = "tasks",
          .columns = {{.key = "task", .title = "TASK"},
                      {.key = "state", .title = "STATE"},
                      {.key = "exit_code", .title = "EXIT"},
                      {.key = "roles", .title = "ROLES", .is_wide = true},
                      {.key = "lost", .title = "LOST"}},
          .rows = {{.cells = {std::string("train-1"), std::string("running"), Nothing{},
                              std::vector<std::string>{"a", "b/c"}, false},
                    .tone = CellTone::kGood},
                   {.cells = {std::string("é\x1b[2J"), std::string("no"), std::int64_t{137},
                              std::vector<std::string>{}, true},
                    .tone = CellTone::kBad}},
          .tone_column = 1};
}

TEST(Listing, ATableIsAlignedAndCannotMoveTheCursor) {
  EXPECT_EQ(to_table(tasks(), {}),
            "TASK     STATE    EXIT  LOST\n"
            "train-1  running     -  no\n"
            "é?[2J    no        137  yes\n");
}

TEST(Listing, AWideTableShowsMoreAndAHeaderCanBeLeftOut) {
  EXPECT_EQ(to_table(tasks(), {.wide = true, .header = false}),
            "train-1  running    -  a,b/c  no\n"
            "é?[2J    no       137  -      yes\n");
}

TEST(Listing, ATooLongRowIsCutInItsLongestCellsAndNeverInNamesOrIds) {
  const Listing agents = {
      .name = "agents",
      .columns = {{.key = "hostname", .title = "AGENT"},
                  {.key = "total", .title = "TOTAL"},
                  {.key = "state", .title = "STATE"},
                  {.key = "id", .title = "ID"}},
      .rows = {{.cells = {std::string("node-with-a-name"), std::string("cpus:2;mem:2GiB;disk:8GiB"),
                          std::string("active"), std::string("node-with-a-name-12345678")}}}};
  EXPECT_EQ(to_table(agents, {.width_max = 70}),
            "AGENT             TOTAL              STATE   ID\n"
            "node-with-a-name  cpus:2;mem:2GiB;…  active  node-with-a-name-12345678\n");
  EXPECT_EQ(to_table(agents, {.width_max = 1}),
            "AGENT             TOTAL     STATE   ID\n"
            "node-with-a-name  cpus:2;…  active  node-with-a-name-12345678\n");
  EXPECT_EQ(to_table(agents, {.wide = true, .width_max = 1}), to_table(agents, {}));
}

TEST(Listing, CutCountsCharactersAndSaysThatMoreFollowed) {
  EXPECT_EQ(cut("äöü", 3), "äöü");
  EXPECT_EQ(cut("äöüß", 3), "äö…");
  EXPECT_EQ(cut("abc", 0), "");
}

TEST(Listing, ColorsTakeNoPlace) {
  EXPECT_EQ(to_table(tasks(), {.use_color = true}),
            "TASK     STATE    EXIT  LOST\n"
            "train-1  \x1b[32mrunning\x1b[0m     -  no\n"
            "é?[2J    \x1b[31mno\x1b[0m        137  yes\n");
}

TEST(Listing, JsonHoldsEveryColumnWithItsType) {
  EXPECT_EQ(to_json(tasks()), R"({
  "tasks": [
    {
      "task": "train-1",
      "state": "running",
      "exit_code": null,
      "roles": [
        "a",
        "b/c"
      ],
      "lost": false
    },
    {
      "task": "é\u001b[2J",
      "state": "no",
      "exit_code": 137,
      "roles": [],
      "lost": true
    }
  ]
}
)");
}

TEST(Listing, YamlQuotesWhatWouldBeMisread) {
  EXPECT_EQ(to_yaml(tasks()), R"(tasks:
- task: train-1
  state: running
  exit_code: null
  roles: [a, b/c]
  lost: false
- task: "é\u001b[2J"
  state: "no"
  exit_code: 137
  roles: []
  lost: true
)");
}

TEST(Listing, AnEmptyOneSaysSoInEveryForm) {
  Listing none = tasks();
  none.rows.clear();
  none.empty_text = "no tasks";
  EXPECT_EQ(render(none, OutputFormat::kTable, {}), "no tasks\n");
  EXPECT_EQ(render(none, OutputFormat::kJson, {}), "{\n  \"tasks\": []\n}\n");
  EXPECT_EQ(render(none, OutputFormat::kYaml, {}), "tasks: []\n");
}

TEST(Listing, BytesThatAreNotUtf8DoNotBreakJson) {
  const Listing odd{.name = "x",
                    .columns = {{.key = "a", .title = "A"}},
                    .rows = {{.cells = {std::string("\xff")}}}};
  EXPECT_NE(to_json(odd).find("\xef\xbf\xbd"), std::string::npos);
}

TEST(ColorWanted, NotWhenTheOutputIsNoTerminal) {
  const int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
  EXPECT_FALSE(color_wanted(null));
  close(null);
}

}  // namespace
}  // namespace fairlead
