// Any limits, any stored book, any sequence of releases: what a policy allows never adds up to more than its limits,
// what it refuses changes nothing, and a book that is stored and restored goes on as it was.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>

#include "sotto/base/bytes.h"
#include "sotto/privacy/policy.h"

namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

// Small numbers, and those where sums wrap around.
sotto::Result<uint64_t> Number(sotto::ByteReader& in) {
  SOTTO_ASSIGN_OR_RETURN(const uint8_t first, in.U8());
  if (first < 0xF0) return uint64_t{first};
  return in.U64();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sotto::privacy;
  sotto::ByteReader in({data, size});
  const auto per_release = Number(in);
  const auto per_epoch = Number(in);
  const auto lifetime = Number(in);
  const auto spent = Number(in);
  const auto count = in.U8();
  if (!per_release.ok() || !per_epoch.ok() || !lifetime.ok() || !spent.ok() || !count.ok()) return 0;
  std::map<uint64_t, MicroRho> epochs;
  for (int i = 0; i < count.value() % 8; ++i) {
    const auto epoch = Number(in);
    const auto value = Number(in);
    if (!epoch.ok() || !value.ok()) return 0;
    epochs[epoch.value()] = value.value();
  }
  const Policy policy{per_release.value(), per_epoch.value(), lifetime.value()};
  auto restored = PolicyBook::Restore(policy, epochs, spent.value());
  unsigned __int128 sum = 0;
  for (const auto& [epoch, value] : epochs) sum += value;
  Require(restored.ok() == (sum <= spent.value()));
  if (!restored.ok()) return 0;
  PolicyBook book = std::move(restored).value();

  while (true) {
    const auto epoch = Number(in);
    const auto cost = Number(in);
    if (!epoch.ok() || !cost.ok()) return 0;
    const MicroRho before = book.lifetime_spent();
    const MicroRho in_epoch = book.epoch_spent(epoch.value());
    const auto status = book.Spend(epoch.value(), cost.value(), "it");
    if (status.ok()) {
      Require(cost.value() <= policy.per_release);
      Require(book.epoch_spent(epoch.value()) == in_epoch + cost.value() && in_epoch <= policy.per_epoch);
      Require(book.epoch_spent(epoch.value()) <= policy.per_epoch);
      Require(book.lifetime_spent() == before + cost.value() && book.lifetime_spent() <= policy.lifetime);
    } else {
      Require(book.lifetime_spent() == before && book.epoch_spent(epoch.value()) == in_epoch);
    }
    auto again = PolicyBook::Restore(policy, book.epochs(), book.lifetime_spent());
    Require(again.ok());
    book = std::move(again).value();
  }
}
