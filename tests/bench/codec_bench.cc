// How fast envelopes become bytes and values again. Bytes per second are those of the wire.
#include <benchmark/benchmark.h>

#include "schemas/agent_codec.h"
#include "schemas/framework_codec.h"

namespace fairlead {
namespace {

EnvelopeHeader header() {
  return {.cluster = {"0123456789abcdef0123456789abcdef"},
          .epoch = {3},
          .session = {77},
          .sequence = 5,
          .peer = {"agent/a-0123456789abcdef"},
          .lease_ns = 1'000'000'000};
}

Resources small_resources() {
  Amounts amounts;
  amounts.scalars.standard = {1'000, 1 << 20, 1 << 20, 0};
  return {{{{}, amounts}}};
}

Envelope<AgentToMaster> status_update() {
  TaskStatus status{.framework = {"batch-0001"},
                    .task = {"job-17.array-123"},
                    .attempt = 1,
                    .agent = {"a-0123456789abcdef"},
                    .state = TaskState::kRunning,
                    .update = 2,
                    .at = {1'700'000'000'000},
                    .container_path = "batch-0001/job-17.array-123/1"};
  return {header(), {AgentStatusUpdate{status}}};
}

Envelope<MasterToAgent> launch() {
  LaunchTask task{.token = {{"batch-0001"}, {"job-17.array-123"}, 1, {"a-0123456789abcdef"}},
                  .role = {"analytics/ads"},
                  .framework_name = "batch",
                  .spec = {.id = {"job-17.array-123"},
                           .name = "train",
                           .command = {.argv = {"/bin/sh", "-c", "exec train --shard=123"}},
                           .resources = small_resources()}};
  return {header(), {task}};
}

Envelope<MasterToFramework> offers(std::size_t count) {
  Offer offer{.id = {9},
              .framework = {"batch-0001"},
              .role = {"analytics/ads"},
              .agent = {"a-0123456789abcdef"},
              .hostname = "node-17.example",
              .http_address = "10.0.0.17:5051",
              .resources = small_resources(),
              .hold_max = seconds(30)};
  return {header(), {Offers{std::vector<Offer>(count, offer)}}};
}

template <class Message>
void encode_it(benchmark::State& state, const Envelope<Message>& envelope) {
  std::size_t bytes = 0;
  for (auto _ : state) {
    Bytes encoded = encode(envelope);
    bytes = encoded.size();
    benchmark::DoNotOptimize(encoded.data());
  }
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes));
  state.counters["message_bytes"] = static_cast<double>(bytes);
}

template <class Message, class Decode>
void decode_it(benchmark::State& state, const Envelope<Message>& envelope, Decode decode) {
  Bytes encoded = encode(envelope);
  for (auto _ : state) {
    auto decoded = decode(encoded, nullptr);
    if (!decoded.ok()) state.SkipWithError(decoded.error().message.c_str());
    benchmark::DoNotOptimize(decoded);
  }
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(encoded.size()));
}

void encode_status_update(benchmark::State& state) {
  encode_it(state, status_update());
}
void decode_status_update(benchmark::State& state) {
  decode_it(state, status_update(), decode_agent_to_master);
}
void encode_launch(benchmark::State& state) {
  encode_it(state, launch());
}
void decode_launch(benchmark::State& state) {
  decode_it(state, launch(), decode_master_to_agent);
}
void encode_offers(benchmark::State& state) {
  encode_it(state, offers(static_cast<std::size_t>(state.range(0))));
}
void decode_offers(benchmark::State& state) {
  decode_it(state, offers(static_cast<std::size_t>(state.range(0))), decode_master_to_framework);
}

BENCHMARK(encode_status_update);
BENCHMARK(decode_status_update);
BENCHMARK(encode_launch);
BENCHMARK(decode_launch);
BENCHMARK(encode_offers)->Arg(1)->Arg(1'000);
BENCHMARK(decode_offers)->Arg(1)->Arg(1'000);

}  // namespace
}  // namespace fairlead

BENCHMARK_MAIN();
