#include "sotto/recommend/evaluation/split.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <utility>

namespace sotto::recommend {
namespace {

enum class Place : uint8_t { kTrain, kTest, kAside, kLeftOut };

// Deals every interaction out: places[user][i] says where the user's i-th goes.
template <class PlacesOf>
Result<Split> Deal(const Interactions& interactions, PlacesOf places_of) {
  std::vector<Interaction> train;
  std::vector<TestCase> test;
  size_t left_out = 0;
  for (uint32_t user = 0; user < interactions.users(); ++user) {
    const auto items = interactions.ItemsOf(user);
    const auto weights = interactions.WeightsOf(user);
    const auto times = interactions.TimesOf(user);
    SOTTO_ASSIGN_OR_RETURN(const std::vector<Place> places, places_of(user));
    TestCase held{.user = user};
    for (size_t i = 0; i < items.size(); ++i) {
      switch (places[i]) {
        case Place::kTrain:
          train.push_back({user, items[i], weights[i], times[i]});
          break;
        case Place::kTest:
          held.items.push_back(items[i]);
          break;
        case Place::kAside:
          held.aside.push_back(items[i]);
          break;
        case Place::kLeftOut:
          ++left_out;
          break;
      }
    }
    if (held.items.empty()) continue;
    std::ranges::sort(held.items);
    std::ranges::sort(held.aside);
    test.push_back(std::move(held));
  }
  SOTTO_ASSIGN_OR_RETURN(Interactions kept, Interactions::Create(interactions.users(), interactions.items(), train));
  return Split{std::move(kept), std::move(test), left_out};
}

Status CheckShare(double share, const char* name) {
  if (share > 0 && share < 1) return {};
  return Error{ErrorCode::kInvalidArgument, std::string(name) + " is " + std::to_string(share) + ".",
               "It must be above 0 and below 1."};
}

// `count` of the places 0 to size - 1, uniformly (D. Knuth, The Art of Computer Programming, volume 2, 3.4.2,
// algorithm P, stopped early).
Result<std::vector<size_t>> Draw(size_t count, size_t size, RandomSource& random) {
  std::vector<size_t> places(size);
  std::iota(places.begin(), places.end(), size_t{0});
  for (size_t i = 0; i < count; ++i) {
    SOTTO_ASSIGN_OR_RETURN(const uint64_t step, random.Below(size - i));
    std::swap(places[i], places[i + static_cast<size_t>(step)]);
  }
  places.resize(count);
  return places;
}

}  // namespace

Result<Split> LeaveLastOut(const Interactions& interactions) {
  return Deal(interactions, [&](uint32_t user) -> Result<std::vector<Place>> {
    std::vector<Place> places(interactions.ItemsOf(user).size(), Place::kTrain);
    if (places.size() >= 2) places.back() = Place::kTest;
    return places;
  });
}

Result<Split> LeaveRandomOut(const Interactions& interactions, RandomSource& random) {
  return Deal(interactions, [&](uint32_t user) -> Result<std::vector<Place>> {
    std::vector<Place> places(interactions.ItemsOf(user).size(), Place::kTrain);
    if (places.size() < 2) return places;
    SOTTO_ASSIGN_OR_RETURN(const uint64_t held, random.Below(places.size()));
    places[static_cast<size_t>(held)] = Place::kTest;
    return places;
  });
}

Result<Split> HoldOutFraction(const Interactions& interactions, double fraction, RandomSource& random) {
  SOTTO_RETURN_IF_ERROR(CheckShare(fraction, "fraction"));
  return Deal(interactions, [&](uint32_t user) -> Result<std::vector<Place>> {
    std::vector<Place> places(interactions.ItemsOf(user).size(), Place::kTrain);
    const auto count = static_cast<size_t>(std::floor(fraction * static_cast<double>(places.size())));
    SOTTO_ASSIGN_OR_RETURN(const std::vector<size_t> held, Draw(count, places.size(), random));
    for (const size_t place : held) places[place] = Place::kTest;
    return places;
  });
}

Result<Split> SplitByTime(const Interactions& interactions, double quantile) {
  SOTTO_RETURN_IF_ERROR(CheckShare(quantile, "quantile"));
  if (!interactions.timed()) {
    return Error{ErrorCode::kInvalidArgument, "the interactions have no times to split by.",
                 "Split at random instead."};
  }
  std::vector<double> times;
  times.reserve(interactions.size());
  for (uint32_t user = 0; user < interactions.users(); ++user) {
    const auto of_user = interactions.TimesOf(user);
    times.insert(times.end(), of_user.begin(), of_user.end());
  }
  const auto middle = times.begin() + static_cast<ptrdiff_t>(quantile * static_cast<double>(times.size() - 1));
  std::ranges::nth_element(times, middle);
  const double cut = *middle;
  return Deal(interactions, [&](uint32_t user) -> Result<std::vector<Place>> {
    const auto of_user = interactions.TimesOf(user);
    std::vector<Place> places(of_user.size(), Place::kTrain);
    const bool known = !of_user.empty() && of_user.front() <= cut;
    for (size_t i = 0; i < places.size(); ++i) {
      if (of_user[i] > cut) places[i] = known ? Place::kTest : Place::kLeftOut;
    }
    return places;
  });
}

Result<NewItemSplit> HoldOutItems(const Interactions& interactions, double fraction, RandomSource& random) {
  SOTTO_RETURN_IF_ERROR(CheckShare(fraction, "fraction"));
  const size_t items = interactions.items();
  const auto count = static_cast<size_t>(std::floor(fraction * static_cast<double>(items)));
  SOTTO_ASSIGN_OR_RETURN(const std::vector<size_t> drawn,
                         Draw(std::min(items, std::max<size_t>(1, count)), items, random));
  std::vector<bool> is_new(items, false);
  for (const size_t item : drawn) is_new[item] = true;
  auto split = Deal(interactions, [&](uint32_t user) -> Result<std::vector<Place>> {
    const auto of_user = interactions.ItemsOf(user);
    std::vector<Place> places(of_user.size(), Place::kTrain);
    std::vector<size_t> held;
    for (size_t i = 0; i < places.size(); ++i) {
      if (is_new[of_user[i]]) held.push_back(i);
    }
    // Of whom nothing is left to know, nothing can be asked.
    const bool known = held.size() < places.size();
    for (const size_t place : held) places[place] = known ? Place::kAside : Place::kLeftOut;
    if (!held.empty() && known) {
      SOTTO_ASSIGN_OR_RETURN(const uint64_t one, random.Below(held.size()));
      places[held[static_cast<size_t>(one)]] = Place::kTest;
    }
    return places;
  });
  if (!split.ok()) return split.error();
  return NewItemSplit{std::move(split).value(), std::move(is_new)};
}

Result<Split> GivenSplit(const Interactions& train, const Interactions& test) {
  if (train.users() != test.users() || train.items() != test.items()) {
    return Error{ErrorCode::kInvalidArgument, "train and test number other users or items.", ""};
  }
  std::vector<bool> held(train.items(), false);
  SOTTO_ASSIGN_OR_RETURN(Split split, Deal(train, [&](uint32_t user) -> Result<std::vector<Place>> {
                           const auto items = train.ItemsOf(user);
                           std::vector<Place> places(items.size(), Place::kTrain);
                           for (const uint32_t item : test.ItemsOf(user)) held[item] = true;
                           for (size_t i = 0; i < items.size(); ++i) {
                             if (held[items[i]]) places[i] = Place::kLeftOut;
                           }
                           for (const uint32_t item : test.ItemsOf(user)) held[item] = false;
                           return places;
                         }));
  split.left_out = 0;
  for (uint32_t user = 0; user < test.users(); ++user) {
    const auto items = test.ItemsOf(user);
    if (items.empty()) continue;
    TestCase one{.user = user, .items = {items.begin(), items.end()}};
    std::ranges::sort(one.items);
    split.test.push_back(std::move(one));
  }
  return split;
}

}  // namespace sotto::recommend
