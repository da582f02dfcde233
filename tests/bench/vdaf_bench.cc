// What a report costs: on the device (Shard), and at each aggregator (Verify, Aggregate). Nothing
// depends on the measurement. Compare with tests/bench/peers/vdaf.
#include <benchmark/benchmark.h>

#include <vector>

#include "sotto/base/random.h"
#include "sotto/vdaf/field128.h"
#include "sotto/vdaf/field64.h"
#include "sotto/vdaf/prio3.h"
#include "sotto/vdaf/turbo_shake128.h"

namespace sotto::vdaf {
namespace {

const Bytes kCtx = {'b', 'e', 'n', 'c', 'h'};

struct Setting {
  Prio3 prio3;
  std::vector<uint64_t> measurement;
  Bytes key, nonce, rand;

  static Setting Create(Prio3Parameters parameters) {
    parameters.chunk_length = BestChunkLength(parameters).value();
    Prio3 prio3 = Prio3::Create(parameters).value();
    ChaCha20Source random(1);
    const auto draw = [&](size_t size) {
      Bytes bytes(size);
      (void)random.Fill(bytes).ok();
      return bytes;
    };
    const size_t rand_size = prio3.rand_size();
    std::vector<uint64_t> measurement(prio3.measurement_length(), 0);
    return {std::move(prio3), std::move(measurement), draw(kVerifyKeySize), draw(kNonceSize), draw(rand_size)};
  }
  Report Shard() const { return prio3.Shard(kCtx, measurement, nonce, rand).value(); }
  VerifyStart Start(const Report& report, uint8_t aggregator) const {
    return prio3.VerifyInit(key, kCtx, aggregator, nonce, report.public_share, report.input_shares[aggregator]).value();
  }
};

void Shard(benchmark::State& state, const Prio3Parameters& parameters) {
  const Setting setting = Setting::Create(parameters);
  for (auto _ : state) benchmark::DoNotOptimize(setting.Shard());
  state.counters["leader_share_bytes"] = static_cast<double>(setting.prio3.input_share_size(0));
  state.counters["helper_and_public_bytes"] =
      static_cast<double>(setting.prio3.input_share_size(1) + setting.prio3.public_share_size());
}

// All that one aggregator does for a report until it has its output share.
void Verify(benchmark::State& state, const Prio3Parameters& parameters, uint8_t aggregator) {
  const Setting setting = Setting::Create(parameters);
  const Report report = setting.Shard();
  const VerifyStart other = setting.Start(report, 1 - aggregator);
  for (auto _ : state) {
    const VerifyStart own = setting.Start(report, aggregator);
    std::vector<Bytes> shares(2);
    shares[aggregator] = own.verifier_share;
    shares[1 - aggregator] = other.verifier_share;
    const Bytes message = setting.prio3.VerifierSharesToMessage(kCtx, shares).value();
    benchmark::DoNotOptimize(setting.prio3.VerifyNext(own.state, message).value());
  }
}

void Aggregate(benchmark::State& state, const Prio3Parameters& parameters) {
  const Setting setting = Setting::Create(parameters);
  const Bytes out_share = setting.Start(setting.Shard(), 0).state.out_share;
  Bytes aggregate = setting.prio3.AggregateInit();
  for (auto _ : state) benchmark::DoNotOptimize(setting.prio3.AggregateUpdate(aggregate, out_share).ok());
}

const Prio3Parameters kAffinity{.variant = Prio3Variant::kMultihotCountVec, .length = 8256, .max_weight = 528};
const Prio3Parameters kDelta{.variant = Prio3Variant::kSumVec, .length = 4096, .max_measurement = 15};
const Prio3Parameters kDeltaMultiproof{
    .variant = Prio3Variant::kSumVecWithMultiproof, .length = 4096, .max_measurement = 15, .proofs = 3};
const Prio3Parameters kMood{.variant = Prio3Variant::kHistogram, .length = 36};

BENCHMARK_CAPTURE(Shard, multihot_8256, kAffinity)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(Shard, sumvec_4096x4, kDelta)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(Shard, sumvec_4096x4_field64_3_proofs, kDeltaMultiproof)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(Shard, histogram_36, kMood)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(Verify, multihot_8256_leader, kAffinity, 0)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(Verify, multihot_8256_helper, kAffinity, 1)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(Aggregate, multihot_8256, kAffinity)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(Verify, sumvec_4096x4_leader, kDelta, 0)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(Verify, histogram_36_leader, kMood, 0)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(Verify, histogram_36_helper, kMood, 1)->Unit(benchmark::kMillisecond);

template <class F>
void Multiply(benchmark::State& state) {
  F x = F::FromInteger(123'456'789);
  const F y = x;
  for (auto _ : state) benchmark::DoNotOptimize(x *= y);
}
BENCHMARK(Multiply<Field64>);
BENCHMARK(Multiply<Field128>);

void Keccak(benchmark::State& state) {
  std::array<uint64_t, 25> lanes{};
  for (auto _ : state) {
    KeccakP1600Rounds12(lanes);
    benchmark::DoNotOptimize(lanes);
  }
}
BENCHMARK(Keccak);

}  // namespace
}  // namespace sotto::vdaf
