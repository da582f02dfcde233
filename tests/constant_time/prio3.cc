// Whether making a report, or checking a share of one, branches on, or looks up by, what is secret. Run under valgrind,
// which is told that measurement, randomness, shares and verify key are undefined, it reports every such place;
// prio3.supp names those that are meant.
// A. Langley's ctgrind, by memcheck's own requests.
#include <valgrind/memcheck.h>

#include <cstdio>
#include <vector>

#include "sotto/vdaf/prio3.h"

namespace {

using namespace sotto::vdaf;

template <class Byte>
void MakeSecret(std::vector<Byte>& bytes) {
  VALGRIND_MAKE_MEM_UNDEFINED(bytes.data(), bytes.size() * sizeof(Byte));
}

void VerifySecret(const Prio3& prio3, sotto::Bytes rand) {
  const sotto::Bytes ctx = {1};
  const sotto::Bytes nonce(kNonceSize);
  std::vector<uint64_t> measurement(prio3.measurement_length(), 0);
  Report report = prio3.Shard(ctx, measurement, nonce, rand).value();
  sotto::Bytes key(kVerifyKeySize, 7);
  MakeSecret(key);
  for (uint8_t aggregator = 0; aggregator < 2; ++aggregator) {
    MakeSecret(report.input_shares[aggregator]);
    (void)prio3.VerifyInit(key, ctx, aggregator, nonce, report.public_share, report.input_shares[aggregator]).ok();
  }
}

void CheckSecrets(const char* name, Prio3Parameters parameters) {
  parameters.chunk_length = BestChunkLength(parameters).value();
  const Prio3 prio3 = Prio3::Create(parameters).value();
  std::vector<uint64_t> measurement(prio3.measurement_length(), 0);
  measurement[0] = 1;
  sotto::Bytes rand(prio3.rand_size(), 3);
  VerifySecret(prio3, rand);
  MakeSecret(measurement);
  MakeSecret(rand);
  (void)prio3.Shard(sotto::Bytes{1}, measurement, sotto::Bytes(kNonceSize), rand).ok();
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
  CheckSecrets("Count", {.variant = kCount});
  CheckSecrets("Sum", {.variant = kSum, .max_measurement = 100});
  CheckSecrets("SumVec", {.variant = kSumVec, .length = 20, .max_measurement = 15});
  CheckSecrets("Histogram", {.variant = kHistogram, .length = 36});
  CheckSecrets("MultihotCountVec", {.variant = kMultihotCountVec, .length = 50, .max_weight = 5});
  CheckSecrets("SumVecWithMultiproof",
               {.variant = kSumVecWithMultiproof, .length = 20, .max_measurement = 15, .proofs = 3});
  return 0;
}
