#include "schemas/allocator_event_codec.h"

#include <type_traits>

#include "schemas/demand_codec.h"
#include "schemas/framework_info_codec.h"
#include "schemas/quota_codec.h"
#include "schemas/resources_codec.h"

namespace fairlead::codec {

using Event = wire::AllocatorEvent;

/// The master's words around those of an agent.
constexpr std::size_t kWhyBytesMax = 2 * limits::kTextBytesMax;

// --- parts ---------------------------------------------------------------------------------------

/// Handles are dense: a larger number is no handle, but would take memory for all below it.
static std::uint32_t read_handle(std::uint32_t number, std::string_view field) {
  expect_at_most(number, limits::kAgentsMax, field);
  return number;
}
static AgentHandle read_agent(std::uint32_t number) {
  return {read_handle(number, "agent")};
}
static FrameworkHandle read_framework(std::uint32_t number) {
  return {read_handle(number, "framework")};
}

static void write(const Holding& value, wire::Holding::Builder out) {
  const auto& [framework, role, resources, priority] = value;
  out.setFramework(framework.index);
  out.setRole(as_text(role.text));
  codec::write(resources, out.initResources());
  out.setPriority(priority);
}

static Holding read(wire::Holding::Reader in) {
  return {.framework = read_framework(in.getFramework()),
          .role = read_role(in.getRole(), Presence::kRequired, "role of a holding"),
          .resources = codec::read(in.getResources()),
          .priority = in.getPriority()};
}

static void write(const HeldPriority& value, wire::HeldPriority::Builder out) {
  const auto& [priority, amounts] = value;
  out.setPriority(priority);
  codec::write(amounts, out.initAmounts());
}

static HeldPriority read(wire::HeldPriority::Reader in) {
  return {.priority = in.getPriority(), .amounts = read_standard(in.getAmounts())};
}

using Minimums = std::map<RoleName, OfferMinimum>;

static void write(const Minimums::value_type& value, wire::RoleMinimum::Builder out) {
  const auto& [role, minimum] = value;
  const auto& [any_of] = minimum;
  out.setRole(as_text(role.text));
  write_list(any_of, out.initAnyOf(count_of_list(any_of)), kWrite);
}

static Minimums read_minimums(capnp::List<wire::RoleMinimum>::Reader list) {
  expect_at_most(list.size(), limits::kRolesPerFrameworkMax, "minimums");
  Minimums minimums;
  for (wire::RoleMinimum::Reader in : list) {
    RoleName role = read_role(in.getRole(), Presence::kRequired, "role of a minimum");
    expect(minimums.empty() || minimums.rbegin()->first < role, "minimums", "expected them sorted");
    minimums[role].any_of = read_list<Amounts>(in.getAnyOf(), kOfferMinimumsMax, "minimum",
                                               [](auto one) { return codec::read(one); });
  }
  return minimums;
}

/// Of FrameworkAdded and FrameworkChanged.
template <class Framework>
static void write_traits(const Framework& value, wire::FrameworkTraits::Builder out) {
  write_roles(value.roles, out.initRoles(count_of_list(value.roles)));
  write_roles(value.suppressed, out.initSuppressed(count_of_list(value.suppressed)));
  write_list(value.minimums, out.initMinimums(count_of_list(value.minimums)),
             [](const auto& one, auto o) { write(one, o); });
  codec::write(value.capabilities, out.initCapabilities());
  write_list(value.offer_constraints,
             out.initOfferConstraints(count_of_list(value.offer_constraints)),
             [](const RoleConstraints& one, auto o) { codec::write(one, o); });
}

template <class Framework>
static Framework read_traits(wire::FrameworkTraits::Reader in, Framework value) {
  value.roles = read_roles(in.getRoles(), "roles");
  value.suppressed = read_roles(in.getSuppressed(), "suppressed roles");
  value.minimums = read_minimums(in.getMinimums());
  value.capabilities = codec::read(in.getCapabilities());
  value.offer_constraints = read_list<RoleConstraints>(
      in.getOfferConstraints(), limits::kRolesPerFrameworkMax, "offer constraints",
      [](wire::RoleConstraints::Reader one) { return codec::read(one); });
  return value;
}

// --- agents --------------------------------------------------------------------------------------

template <class Builder>
static void write_machine(const Resources& total, const Attributes& attributes, Builder& out) {
  codec::write(total, out.initTotal());
  write_list(attributes, out.initAttributes(count_of_list(attributes)), kWrite);
}

static void write(const allocation::AgentAdded& value, Event::Builder root) {
  const auto& [agent, text, total, attributes, holdings, offers_paused] = value;
  wire::AgentAdded::Builder out = root.initAgentAdded();
  out.setAgent(agent.index);
  out.setId(as_text(std::string(text.id())));
  out.setHostname(as_text(std::string(text.hostname())));
  out.setHttpAddress(as_text(std::string(text.http_address())));
  write_machine(total, attributes, out);
  write_list(holdings, out.initHoldings(count_of_list(holdings)),
             [](const Holding& one, wire::Holding::Builder o) { write(one, o); });
  out.setOffersPaused(offers_paused);
}

static allocation::AgentAdded read(wire::AgentAdded::Reader in) {
  const AgentId id = read_id<AgentId>(in.getId(), "agent id");
  const std::string hostname = read_text(in.getHostname(), limits::kTextBytesMax, "hostname");
  const std::string http = read_text(in.getHttpAddress(), limits::kTextBytesMax, "http address");
  return {.agent = read_agent(in.getAgent()),
          .text = AgentText({.id = id.text, .hostname = hostname, .http_address = http}),
          .total = codec::read(in.getTotal()),
          .attributes = read_attributes(in.getAttributes()),
          .holdings = read_list<Holding>(in.getHoldings(), limits::kTasksPerAgentMax, "holdings",
                                         [](wire::Holding::Reader one) { return read(one); }),
          .offers_paused = in.getOffersPaused()};
}

static void write(const allocation::AgentChanged& value, Event::Builder root) {
  const auto& [agent, total, attributes] = value;
  wire::AgentChanged::Builder out = root.initAgentChanged();
  out.setAgent(agent.index);
  write_machine(total, attributes, out);
}

static allocation::AgentChanged read(wire::AgentChanged::Reader in) {
  return {.agent = read_agent(in.getAgent()),
          .total = codec::read(in.getTotal()),
          .attributes = read_attributes(in.getAttributes())};
}

static void write(const allocation::AgentRemoved& value, Event::Builder root) {
  const auto& [agent] = value;
  root.setAgentRemoved(agent.index);
}

static void write(const allocation::AgentPaused& value, Event::Builder root) {
  const auto& [agent, why] = value;
  wire::AgentPaused::Builder out = root.initAgentPaused();
  out.setAgent(agent.index);
  put(out, &wire::AgentPaused::Builder::setWhy, why);
}

static allocation::AgentPaused read(wire::AgentPaused::Reader in) {
  return {.agent = read_agent(in.getAgent()), .why = read_text(in.getWhy(), kWhyBytesMax, "why")};
}

static void write(const allocation::AgentResumed& value, Event::Builder root) {
  const auto& [agent] = value;
  root.setAgentResumed(agent.index);
}

// --- frameworks ----------------------------------------------------------------------------------

static void write(const allocation::FrameworkAdded& value, Event::Builder root) {
  const auto& [framework, id, roles, suppressed, active, minimums, capabilities, constraints] =
      value;
  wire::FrameworkAdded::Builder out = root.initFrameworkAdded();
  out.setFramework(framework.index);
  out.setId(as_text(id.text));
  out.setActive(active);
  write_traits(value, out.initTraits());
}

static allocation::FrameworkAdded read(wire::FrameworkAdded::Reader in) {
  allocation::FrameworkAdded value;
  value.framework = read_framework(in.getFramework());
  value.id = read_id<FrameworkId>(in.getId(), "framework id");
  value.active = in.getActive();
  return read_traits(in.getTraits(), std::move(value));
}

static void write(const allocation::FrameworkChanged& value, Event::Builder root) {
  const auto& [framework, roles, suppressed, minimums, capabilities, constraints] = value;
  wire::FrameworkChanged::Builder out = root.initFrameworkChanged();
  out.setFramework(framework.index);
  write_traits(value, out.initTraits());
}

static allocation::FrameworkChanged read(wire::FrameworkChanged::Reader in) {
  allocation::FrameworkChanged value;
  value.framework = read_framework(in.getFramework());
  return read_traits(in.getTraits(), std::move(value));
}

static void write(const allocation::FrameworkActivated& value, Event::Builder root) {
  const auto& [framework, active] = value;
  wire::FrameworkActivated::Builder out = root.initFrameworkActivated();
  out.setFramework(framework.index);
  out.setActive(active);
}

static allocation::FrameworkActivated read(wire::FrameworkActivated::Reader in) {
  return {.framework = read_framework(in.getFramework()), .active = in.getActive()};
}

static void write(const allocation::FrameworkRemoved& value, Event::Builder root) {
  const auto& [framework] = value;
  root.setFrameworkRemoved(framework.index);
}

static void write(const allocation::DemandSet& value, Event::Builder root) {
  const auto& [framework, role, shapes] = value;
  wire::DemandSet::Builder out = root.initDemandSet();
  out.setFramework(framework.index);
  out.setRole(as_text(role.text));
  write_list(shapes, out.initShapes(count_of_list(shapes)),
             [](const DemandShape& one, auto o) { codec::write(one, o); });
}

static allocation::DemandSet read(wire::DemandSet::Reader in) {
  return {.framework = read_framework(in.getFramework()),
          .role = read_role(in.getRole(), Presence::kRequired, "role of a demand"),
          .shapes = read_list<DemandShape>(
              in.getShapes(), limits::kDemandShapesMax, "shapes",
              [](wire::DemandShape::Reader one) { return codec::read(one); })};
}

static void write_roles_of(const auto& value, wire::RolesOfFramework::Builder out) {
  const auto& [framework, roles] = value;
  out.setFramework(framework.index);
  write_roles(roles, out.initRoles(count_of_list(roles)));
}

static void write(const allocation::RolesSuppressed& value, Event::Builder root) {
  write_roles_of(value, root.initRolesSuppressed());
}

static void write(const allocation::RolesRevived& value, Event::Builder root) {
  write_roles_of(value, root.initRolesRevived());
}

template <class Told>
static Told read_roles_of(wire::RolesOfFramework::Reader in) {
  return {.framework = read_framework(in.getFramework()),
          .roles = read_roles(in.getRoles(), "roles")};
}

// --- offers and holdings -------------------------------------------------------------------------

static void write(const allocation::OfferResolved& value, Event::Builder root) {
  const auto& [offer, used, refuse_for, declined, priorities, expired] = value;
  wire::OfferResolved::Builder out = root.initOfferResolved();
  out.setOffer(offer.number);
  codec::write(used, out.initUsed());
  out.setRefuseForNs(refuse_for.ns);
  out.setDeclined(declined);
  write_list(priorities, out.initPriorities(count_of_list(priorities)),
             [](const HeldPriority& one, auto o) { write(one, o); });
  out.setExpired(expired);
}

static allocation::OfferResolved read(wire::OfferResolved::Reader in) {
  const Duration refuse_for{in.getRefuseForNs()};
  bool is_bounded =
      refuse_for.ns >= -limits::kDurationNsMax && refuse_for.ns <= limits::kDurationNsMax;
  expect(is_bounded, "filter", "expected -100..100 years in ns");
  return {.offer = OfferId{in.getOffer()},
          .used = codec::read(in.getUsed()),
          .refuse_for = refuse_for,
          .declined = in.getDeclined(),
          .priorities = read_list<HeldPriority>(
              in.getPriorities(), limits::kLaunchesPerAcceptMax, "priorities",
              [](wire::HeldPriority::Reader one) { return read(one); }),
          .expired = in.getExpired()};
}

static void write(const allocation::HoldingFreed& value, Event::Builder root) {
  const auto& [agent, holding] = value;
  wire::HoldingFreed::Builder out = root.initHoldingFreed();
  out.setAgent(agent.index);
  write(holding, out.initHolding());
}

static allocation::HoldingFreed read(wire::HoldingFreed::Reader in) {
  return {.agent = read_agent(in.getAgent()), .holding = read(in.getHolding())};
}

// --- operators and time --------------------------------------------------------------------------

static void write(const allocation::WeightSet& value, Event::Builder root) {
  const auto& [role, weight_milli] = value;
  codec::write(WeightRecord{.role = role, .weight_milli = weight_milli}, root.initWeightSet());
}

static allocation::WeightSet read_weight_set(wire::WeightRecord::Reader in) {
  WeightRecord record = codec::read(in);
  return {.role = std::move(record.role), .weight_milli = record.weight_milli};
}

static void write(const allocation::QuotaSet& value, Event::Builder root) {
  const auto& [role, quota, more_follow] = value;
  wire::QuotaSet::Builder out = root.initQuotaSet();
  codec::write(QuotaRecord{.role = role, .quota = quota}, out.initQuota());
  out.setMoreFollow(more_follow);
}

static allocation::QuotaSet read(wire::QuotaSet::Reader in) {
  QuotaRecord record = codec::read(in.getQuota());
  return {.role = std::move(record.role), .quota = record.quota, .more_follow = in.getMoreFollow()};
}

static void write(const allocation::WhitelistSet& value, Event::Builder root) {
  const auto& [hostnames] = value;
  wire::WhitelistSet::Builder out = root.initWhitelistSet();
  out.setAll(!hostnames.has_value());
  if (hostnames) write_texts(*hostnames, out.initHostnames(count_of_list(*hostnames)));
}

static allocation::WhitelistSet read(wire::WhitelistSet::Reader in) {
  if (in.getAll()) return {};
  return {read_texts(in.getHostnames(), limits::kAgentsMax, limits::kTextBytesMax, "hostnames")};
}

static void write(const allocation::AgentsAwaited& value, Event::Builder root) {
  const auto& [awaited] = value;
  root.setAgentsAwaited(awaited);
}

static void write(const allocation::TimePassed&, Event::Builder root) {
  static_assert(std::is_empty_v<allocation::TimePassed>);
  root.setTimePassed();
}

// --- any -----------------------------------------------------------------------------------------

void write(const allocation::Event& value, Event::Builder out) {
  std::visit([&out](const auto& event) { write(event, out); }, value);
}

allocation::Event read(Event::Reader in) {
  switch (in.which()) {
    case Event::AGENT_ADDED:
      return read(in.getAgentAdded());
    case Event::AGENT_CHANGED:
      return read(in.getAgentChanged());
    case Event::AGENT_REMOVED:
      return allocation::AgentRemoved{read_agent(in.getAgentRemoved())};
    case Event::AGENT_PAUSED:
      return read(in.getAgentPaused());
    case Event::AGENT_RESUMED:
      return allocation::AgentResumed{read_agent(in.getAgentResumed())};
    case Event::FRAMEWORK_ADDED:
      return read(in.getFrameworkAdded());
    case Event::FRAMEWORK_CHANGED:
      return read(in.getFrameworkChanged());
    case Event::FRAMEWORK_ACTIVATED:
      return read(in.getFrameworkActivated());
    case Event::FRAMEWORK_REMOVED:
      return allocation::FrameworkRemoved{read_framework(in.getFrameworkRemoved())};
    case Event::DEMAND_SET:
      return read(in.getDemandSet());
    case Event::OFFER_RESOLVED:
      return read(in.getOfferResolved());
    case Event::HOLDING_FREED:
      return read(in.getHoldingFreed());
    case Event::ROLES_SUPPRESSED:
      return read_roles_of<allocation::RolesSuppressed>(in.getRolesSuppressed());
    case Event::ROLES_REVIVED:
      return read_roles_of<allocation::RolesRevived>(in.getRolesRevived());
    case Event::WEIGHT_SET:
      return read_weight_set(in.getWeightSet());
    case Event::QUOTA_SET:
      return read(in.getQuotaSet());
    case Event::TIME_PASSED:
      return allocation::TimePassed{};
    case Event::WHITELIST_SET:
      return read(in.getWhitelistSet());
    case Event::AGENTS_AWAITED:
      return allocation::AgentsAwaited{in.getAgentsAwaited()};
    case Event::NOTHING:
      fail(ErrorCode::kCorrupt, "event", "it is empty");
  }
  fail(ErrorCode::kUnsupported, "event", "a kind that this version does not know");
}

}  // namespace fairlead::codec
