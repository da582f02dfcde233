// HPKE, as an aggregator opens reports: a helper's share is a seed, a leader's a vector.
#include <benchmark/benchmark.h>

#include "server-stub/hpke/hpke.h"

namespace sotto::server {
namespace {

constexpr size_t kHelperShare = 64;
constexpr size_t kLeaderShare = 132 * 1024;  // 8,256 entries of Field128 and their proof
constexpr HpkeSuite kX25519{0x0020, 0x0001, 0x0001};
constexpr HpkeSuite kP256{0x0010, 0x0001, 0x0001};

void Seal(benchmark::State& state, const HpkeSuite& suite, size_t size) {
  ChaCha20Source random(1);
  const HpkeKeyPair key = GenerateHpkeKeyPair(1, suite, random).value();
  const Bytes share(size, 7);
  for (auto _ : state) benchmark::DoNotOptimize(SealBase(key.config, {}, {}, share, random).value());
}

void Open(benchmark::State& state, const HpkeSuite& suite, size_t size) {
  ChaCha20Source random(1);
  const HpkeKeyPair key = GenerateHpkeKeyPair(1, suite, random).value();
  const dap::HpkeCiphertext sealed = SealBase(key.config, {}, {}, Bytes(size, 7), random).value();
  for (auto _ : state) benchmark::DoNotOptimize(OpenBase(key, {}, {}, sealed).value());
}

BENCHMARK_CAPTURE(Seal, x25519_helper, kX25519, kHelperShare)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(Open, x25519_helper, kX25519, kHelperShare)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(Open, x25519_leader, kX25519, kLeaderShare)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(Open, p256_helper, kP256, kHelperShare)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace sotto::server
