#include "frameworks/pods/daemon/service_yaml.h"

#include <gtest/gtest.h>

namespace fairlead::pods {
namespace {

TEST(ServiceText, JsonIsReadCompletely) {
  const auto spec = parse_service(
      R"({"name":"web","role":"r","replicas":3,"command":["server","-p"],"env":{"A":"1"},
          "resources":{"cpus":0.5,"mem":"64MiB","ports":2},"limits":{"cpus":1,"pids":9},
          "labels":{"app":"web"},"readiness":{"port":1,"period":"500ms","failures":2},
          "restart_backoff":{"min":"2s","max":"1m"},"spread":false,
          "rolling":{"max_unavailable":1,"max_surge":0},"per_agent_max":2})",
      "body");
  ASSERT_TRUE(spec.ok()) << spec.error().message;
  EXPECT_TRUE(validate(*spec).ok());
  EXPECT_EQ(3U, spec->replicas);
  EXPECT_EQ((std::vector<std::string>{"server", "-p"}), spec->shape.command.argv);
  EXPECT_EQ("cpus:0.5;mem:64MiB;ports:[1-2]", to_string(spec->shape.resources));
  EXPECT_EQ(1'000, spec->shape.limits.cpu_milli);
  EXPECT_EQ(1U, spec->readiness->port_index);
  EXPECT_EQ(milliseconds(500), spec->readiness->period);
  EXPECT_EQ(seconds(60), spec->backoff_max);
  EXPECT_EQ(1U, spec->max_unavailable);
  EXPECT_EQ(0U, spec->max_surge);
  EXPECT_EQ(2U, spec->per_agent_max);
  EXPECT_FALSE(spec->spread);
}

TEST(ServiceText, AnUnknownKeyIsRefusedWithItsPlace) {
  const auto spec = parse_service("name: web\nreplica: 3\n", "web.yaml");
  ASSERT_FALSE(spec.ok());
  EXPECT_NE(std::string::npos, spec.error().message.find("web.yaml:2:1"));
}

TEST(ServiceText, AnUpdateReplacesWhatItSaysOnly) {
  ServiceSpec base;
  base.name = "web";
  base.replicas = 4;
  base.shape.command.argv = {"old"};
  base.shape.command.environment = {{"A", "1"}};
  base.readiness = Readiness{};
  const auto spec = parse_service_update(R"({"command":["new"],"readiness":null})", "body", base);
  ASSERT_TRUE(spec.ok()) << spec.error().message;
  EXPECT_EQ((std::vector<std::string>{"new"}), spec->shape.command.argv);
  EXPECT_EQ(base.shape.command.environment, spec->shape.command.environment);
  EXPECT_EQ(4U, spec->replicas);
  EXPECT_FALSE(spec->readiness.has_value());
  EXPECT_FALSE(parse_service_update(R"({"replicas":2})", "body", base).ok());
}

TEST(ServiceText, ScaleWantsOneNumberInRange) {
  EXPECT_EQ(5U, parse_scale(R"({"replicas":5})", "body").value());
  EXPECT_FALSE(parse_scale(R"({"replicas":-1})", "body").ok());
  EXPECT_FALSE(parse_scale(R"({"replicas":10001})", "body").ok());
  EXPECT_FALSE(parse_scale("{}", "body").ok());
}

TEST(ServiceSpec, ReadinessNeedsAPortThatTheReplicaHas) {
  ServiceSpec spec;
  spec.name = "web";
  spec.role = {"r"};
  spec.shape.command.argv = {"true"};
  spec.shape.resources = parse_amounts("cpus:1;ports:[1-1]").value();
  spec.readiness = Readiness{.port_index = 1};
  EXPECT_FALSE(validate(spec).ok());
  spec.readiness->port_index = 0;
  EXPECT_TRUE(validate(spec).ok()) << validate(spec).error().message;
}

TEST(Selector, AllItsLabelsMustMatch) {
  const std::vector<Label> labels = {{"app", "web"}, {"tier", "front"}};
  EXPECT_TRUE(matches(labels, parse_selector("app=web,tier=front").value()));
  EXPECT_TRUE(matches(labels, parse_selector("").value()));
  EXPECT_FALSE(matches(labels, parse_selector("app=db").value()));
  EXPECT_FALSE(parse_selector("app").ok());
}

}  // namespace
}  // namespace fairlead::pods
