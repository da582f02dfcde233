// Whether making a report branches on, or looks up by, what is secret. Run under valgrind, which is told that the
// measurement and the randomness are undefined, it reports every such place; prio3.supp names the two that are meant.
// A. Langley's ctgrind, by memcheck's own requests.
#include <valgrind/memcheck.h>

#include <cstdio>
#include <vector>

#include "sotto/vdaf/prio3.h"

namespace {

using namespace sotto::vdaf;

void ShardSecret(const char* name, Prio3Parameters parameters) {
  parameters.chunk_length = BestChunkLength(parameters).value();
  const Prio3 prio3 = Prio3::Create(parameters).value();
  std::vector<uint64_t> measurement(prio3.measurement_length(), 0);
  measurement[0] = 1;
  sotto::Bytes rand(prio3.rand_size(), 3);
  VALGRIND_MAKE_MEM_UNDEFINED(measurement.data(), measurement.size() * sizeof(uint64_t));
  VALGRIND_MAKE_MEM_UNDEFINED(rand.data(), rand.size());
  const auto report = prio3.Shard(sotto::Bytes{1}, measurement, sotto::Bytes(kNonceSize), rand);
  const unsigned errors = VALGRIND_COUNT_ERRORS;
  std::printf("%-22s %u places so far\n", name, errors);
}

}  // namespace

int main() {
  if (!RUNNING_ON_VALGRIND) {
    std::puts("run this under valgrind");
    return 2;
  }
  using enum Prio3Variant;
  ShardSecret("Count", {.variant = kCount});
  ShardSecret("Sum", {.variant = kSum, .max_measurement = 100});
  ShardSecret("SumVec", {.variant = kSumVec, .length = 20, .max_measurement = 15});
  ShardSecret("Histogram", {.variant = kHistogram, .length = 36});
  ShardSecret("MultihotCountVec", {.variant = kMultihotCountVec, .length = 50, .max_weight = 5});
  ShardSecret("SumVecWithMultiproof",
              {.variant = kSumVecWithMultiproof, .length = 20, .max_measurement = 15, .proofs = 3});
  return 0;
}
