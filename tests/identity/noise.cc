#include "lines.h"
#include "sotto/base/random.h"
#include "sotto/federation/local_update.h"
#include "sotto/privacy/zcdp.h"

namespace sotto::identity {
namespace {

std::vector<std::string> SplitAtCommas(const std::string& list) {
  std::vector<std::string> parts;
  std::istringstream in(list);
  for (std::string part; std::getline(in, part, ',');) parts.push_back(part);
  return parts;
}

}  // namespace

void PrintNoise() {
  uint64_t seed = 0;
  privacy::Rational sigma_squared;
  size_t count = 0;
  while (std::cin >> seed >> sigma_squared.numerator >> sigma_squared.denominator >> count) {
    const auto gaussian = privacy::DiscreteGaussian::Create(sigma_squared);
    Line line;
    if (!gaussian.ok()) {
      line.Failure(gaussian.error()).Print();
      continue;
    }
    ChaCha20Source random(seed);
    for (size_t i = 0; i < count; ++i) line.Int(gaussian.value().Sample(random).value());
    line.Print();
  }
}

void PrintUpdates() {
  uint64_t seed = 0;
  federation::AffinityTask task;
  std::string items;
  std::string engaged;
  while (std::cin >> seed >> task.id >> task.max_items >> task.sigma_squared.numerator >>
         task.sigma_squared.denominator >> items >> engaged) {
    task.items = SplitAtCommas(items);
    std::vector<uint32_t> indices;
    for (const std::string& index : SplitAtCommas(engaged)) {
      indices.push_back(static_cast<uint32_t>(std::stoul(index)));
    }
    ChaCha20Source random(seed);
    const auto update = federation::MakeLocalUpdate(task, indices, random);
    Line line;
    if (!update.ok()) {
      line.Failure(update.error()).Print();
      continue;
    }
    line.Hex(federation::SerialiseUpdate(task, update.value()))
        .Ints<int16_t>(update.value().entries)
        .Int(federation::EntryBound(task).value())
        .Bits(federation::TaskRho(task).value())
        .Print();
  }
}

void PrintEpsilons() {
  uint64_t rho = 0;
  uint64_t delta = 0;
  while (std::cin >> rho >> delta) {
    const auto epsilon = privacy::EpsilonOfZcdp(std::bit_cast<double>(rho), std::bit_cast<double>(delta));
    Line line;
    (epsilon.ok() ? line.Bits(epsilon.value()) : line.Failure(epsilon.error())).Print();
  }
}

}  // namespace sotto::identity
