#include "master/context.h"

namespace fairlead::master {

void count_reject(Context& c, const char* kind) {
  c.out.push_back(CountReject{kind});
}

void publish(Context& c, std::string kind, std::string subject, std::string text) {
  c.out.push_back(PublishEvent{std::move(kind), std::move(subject), std::move(text), std::nullopt});
}

void send_to_agent(Context& c, std::uint32_t agent, MasterToAgent message) {
  const AgentEntry& entry = c.state.agents[agent];
  if (!entry.is_there()) return;
  c.out.push_back(SendToAgent{entry.connection, entry.id(), std::move(message)});
}

void send_to_framework(Context& c, std::uint32_t framework, MasterToFramework message) {
  const FrameworkEntry& entry = c.state.frameworks[framework];
  if (entry.phase != FrameworkPhase::kConnected) return;
  c.out.push_back(SendToFramework{entry.connection, entry.info.id, std::move(message)});
}

void answer(Context& c, const Sender& sender, const AgentId& agent, MasterToAgent message) {
  c.out.push_back(SendToAgent{sender.connection, agent, std::move(message)});
}

void answer(Context& c, const Sender& sender, const FrameworkId& framework,
            MasterToFramework message) {
  c.out.push_back(SendToFramework{sender.connection, framework, std::move(message)});
}

void tell_allocator(Context& c, const allocation::Event& event) {
  const std::size_t before = c.allocated.size();
  c.allocator.step(c.now, event, c.allocated);
  if (c.watch == nullptr) return;
  c.watch->on_allocator_step(c.now, event, std::span(c.allocated).subspan(before));
}

std::string shortened(std::string_view text, std::size_t characters_max) {
  if (text.size() <= characters_max) return std::string(text);
  return std::string(text.substr(0, characters_max)) + "…";
}

}  // namespace fairlead::master
