// Any bytes as output shares, and as released aggregate shares of two aggregators that may lie. An aggregator counts
// what it takes and is unchanged by what it refuses; what is combined has a number for each entry, within 2^62.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "sotto/base/bytes.h"
#include "sotto/federation/split_round.h"

namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

// The next share, in the length that the task has or (one time in four) in one of the input's choice.
sotto::Result<sotto::Bytes> Share(sotto::ByteReader& in, size_t length) {
  SOTTO_ASSIGN_OR_RETURN(const uint8_t choice, in.U8());
  if (choice % 4 == 0) {
    SOTTO_ASSIGN_OR_RETURN(const uint8_t other, in.U8());
    length = other;
  }
  sotto::Bytes share(length, 0);
  const size_t there = std::min(length, in.remaining());
  SOTTO_ASSIGN_OR_RETURN(const sotto::ByteSpan bytes, in.Take(there));
  std::ranges::copy(bytes, share.begin());
  return share;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sotto::federation;
  sotto::ByteReader in({data, size});
  const auto kind = in.U8();
  if (!kind.ok()) return 0;
  SplitTask task{.id = "t", .what = {}, .sigma_squared = {1 + kind.value() / 4U, 2}, .min_batch_size = 2};
  switch (kind.value() % 4) {
    case 0:
      task.what = SplitPopularity{.items = {"a", "b", "c"}, .max_items = 2};
      break;
    case 1:
      task.what = SplitAffinity{.items = {"a", "b", "c"}, .max_items = 2};
      break;
    case 2:
      task.what = SplitMood{};
      break;
    default:
      task.what = SplitDelta{.model = "1", .dimension = 4, .clip = 3, .entry_bits = 4, .step = 1};
  }
  auto created = Aggregator::Create(task);
  Require(created.ok());
  Aggregator aggregator = std::move(created).value();
  const auto prio3 = sotto::vdaf::Prio3::Create(VdafParameters(task).value()).value();
  const size_t length = prio3.aggregate_share_size();

  const auto reports = in.U8();
  for (int i = 0; reports.ok() && i < reports.value() % 8; ++i) {
    const auto share = Share(in, length);
    if (!share.ok()) break;
    const uint64_t before = aggregator.count();
    const bool added = aggregator.Add(share.value()).ok();
    Require(aggregator.count() == before + (added ? 1 : 0));
    Require(!added || share.value().size() == length);
  }
  sotto::privacy::PolicyBook book({1'000'000'000, 1'000'000'000, 1'000'000'000});
  sotto::ChaCha20Source random(kind.value());
  const auto released = aggregator.Release(book, random);
  Require(released.ok() == (aggregator.count() >= task.min_batch_size));
  Require((book.lifetime_spent() == 0) != released.ok());
  if (released.ok()) {
    Require(released.value().size() == length);
    Require(!aggregator.Release(book, random).ok() && !aggregator.Add(released.value()).ok());
  }

  std::vector<sotto::Bytes> shares;
  for (int i = 0; i < 2; ++i) {
    const auto share = Share(in, length);
    if (!share.ok()) return 0;
    shares.push_back(share.value());
  }
  const std::vector<uint64_t> counts = {aggregator.count(), aggregator.count()};
  const auto combined = Combine(task, shares, counts);
  if (!combined.ok()) return 0;
  Require(combined.value().sums.size() == prio3.output_length());
  constexpr int64_t kLimit = int64_t{1} << 62;
  for (const int64_t sum : combined.value().sums) Require(sum > -kLimit && sum < kLimit);
  return 0;
}
