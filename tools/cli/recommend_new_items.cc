#include "tools/cli/recommend_new_items.h"

#include <algorithm>
#include <iomanip>
#include <map>
#include <sstream>

#include "sotto/recommend/content_titles.h"
#include "sotto/recommend/evaluation/split.h"
#include "sotto/recommend/models/content_model.h"
#include "tools/cli/json.h"
#include "tools/cli/recommend_formats.h"
#include "tools/cli/recommend_measure.h"

namespace sotto::cli {
namespace {

using recommend::Interval;
using recommend::Split;
using recommend::TestCase;

// A score that depends on nothing but the numbers (the finaliser of SplitMix64; Steele, Lea, Flood, OOPSLA 2014).
Scorer RandomScorer(uint64_t seed) {
  return [seed](const TestCase& one, std::span<float> scores) -> Status {
    for (size_t item = 0; item < scores.size(); ++item) {
      uint64_t bits = (seed * 0x9E3779B97F4A7C15 + one.user) * 0x9E3779B97F4A7C15 + item;
      bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
      bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
      scores[item] = static_cast<float>(bits >> 40);
    }
    return {};
  };
}

struct Line {
  std::string among;
  std::string scorer;
  Measures measures;
};

struct Study {
  std::string what;
  size_t tests = 0;
  size_t items = 0;
  size_t new_items = 0;
  std::vector<Line> lines;  // in pairs: by content, at random
};

// What two measures are named, and their places in kAccuracyNames.
struct Shown {
  const char* name;
  size_t place;
};
constexpr std::array kShown = {Shown{"HR", 0}, Shown{"NDCG", 1}, Shown{"P", 4}, Shown{"R", 5}};

Status MeasureBoth(const std::string& among, const recommend::Model& content, const Split& split,
                   const std::vector<bool>& candidates, const NewItemOptions& options, Study& study) {
  MeasureOptions how{.k = options.k, .threads = options.threads, .seed = options.seed};
  how.candidates = candidates;
  SOTTO_ASSIGN_OR_RETURN(Measures by_content, Measure("content", ScorerOf(content, split), split, how));
  SOTTO_ASSIGN_OR_RETURN(Measures by_chance, Measure("chance", RandomScorer(options.seed), split, how));
  study.lines.push_back({among, "content", std::move(by_content)});
  study.lines.push_back({among, "random", std::move(by_chance)});
  return {};
}

Result<Study> StudyInteractions(const Dataset& data, const NewItemOptions& options) {
  if (data.products.empty()) {
    return Error{ErrorCode::kInvalidArgument, "nothing is known of the items.", "Give --products."};
  }
  SOTTO_ASSIGN_OR_RETURN(const auto all,
                         recommend::Interactions::Create(data.users.size(), data.items.size(), data.events));
  ChaCha20Source random(options.seed);
  SOTTO_ASSIGN_OR_RETURN(const recommend::NewItemSplit made, recommend::HoldOutItems(all, options.share, random));
  if (made.split.test.empty()) {
    return Error{ErrorCode::kInvalidArgument, "no user took one of the new items.", "Hold a larger --share out."};
  }
  const auto products = ProductsInOrder(data);
  SOTTO_ASSIGN_OR_RETURN(recommend::Matrix vectors, recommend::ContentVectors(products, {}));
  SOTTO_ASSIGN_OR_RETURN(const auto content, recommend::ContentModel::Fit(std::move(vectors)));
  Study study{.what = "new items: one that the user took, by what the user took before",
              .tests = made.split.test.size(),
              .items = data.items.size(),
              .new_items = static_cast<size_t>(std::ranges::count(made.is_new, true)),
              .lines = {}};
  SOTTO_RETURN_IF_ERROR(MeasureBoth("the new ones", content, made.split, made.is_new, options, study));
  SOTTO_RETURN_IF_ERROR(MeasureBoth("all items", content, made.split, {}, options, study));
  return study;
}

Result<Study> StudyCatalogue(const NewItemOptions& options) {
  Dataset data;
  SOTTO_RETURN_IF_ERROR(ReadProducts(options.data.products, data));
  const auto products = ProductsInOrder(data);
  const auto count = static_cast<uint32_t>(products.size());
  std::map<std::string_view, std::vector<uint32_t>> by_category;
  std::vector<bool> candidates(count, false);
  for (uint32_t item = 0; item < count; ++item) {
    if (products[item].category.empty()) continue;
    by_category[products[item].category].push_back(item);
    candidates[item] = true;
  }
  // A "user" is a product that has others of its category, and took itself.
  std::vector<recommend::Interaction> events;
  std::vector<TestCase> tests;
  for (const auto& [category, items] : by_category) {
    for (const uint32_t item : items) {
      if (items.size() < 2) continue;
      events.push_back({item, item, 1, 0});
      TestCase one{.user = item, .items = items};
      std::erase(one.items, item);
      tests.push_back(std::move(one));
    }
  }
  if (tests.empty()) {
    return Error{ErrorCode::kInvalidArgument, options.data.products + " has no two products of one category.", ""};
  }
  std::ranges::sort(tests, {}, &TestCase::user);
  SOTTO_ASSIGN_OR_RETURN(auto train, recommend::Interactions::Create(count, count, events));
  const Split split{std::move(train), std::move(tests), 0};
  SOTTO_ASSIGN_OR_RETURN(recommend::Matrix vectors, recommend::ContentVectors(products, {.category_weight = 0}));
  SOTTO_ASSIGN_OR_RETURN(const auto content, recommend::ContentModel::Fit(std::move(vectors)));
  Study study{.what = "products of one category, which is hidden, by one of them (nobody's taste is in this)",
              .tests = split.test.size(),
              .items = static_cast<size_t>(std::ranges::count(candidates, true)),
              .new_items = 0,
              .lines = {}};
  SOTTO_RETURN_IF_ERROR(MeasureBoth("all with a category", content, split, candidates, options, study));
  return study;
}

std::string Table(const Study& study, uint32_t k) {
  std::ostringstream out;
  out << study.what << '\n' << study.tests << " tests, " << study.items << " items";
  if (study.new_items > 0) out << ", " << study.new_items << " of them new";
  out << "\n\n" << std::left << std::setw(22) << "ranked among" << std::setw(10) << "by";
  for (const Shown& shown : kShown) out << std::setw(26) << shown.name + ("@" + std::to_string(k));
  out << '\n' << std::fixed;
  for (const Line& line : study.lines) {
    out << std::setw(22) << line.among << std::setw(10) << line.scorer;
    for (const Shown& shown : kShown) {
      const Interval& interval = line.measures.full_intervals[shown.place];
      std::ostringstream cell;
      cell << std::fixed << std::setprecision(4) << interval.mean << " [" << interval.low << ", " << interval.high
           << ']';
      out << std::setw(26) << cell.str();
    }
    out << '\n';
    if (line.scorer != "random") continue;
    const Line& by_content = *(&line - 1);
    out << std::setw(22) << "" << std::setw(10) << "times";
    for (const Shown& shown : kShown) {
      std::ostringstream cell;
      cell << std::fixed << std::setprecision(1)
           << by_content.measures.full_intervals[shown.place].mean / line.measures.full_intervals[shown.place].mean;
      out << std::setw(26) << cell.str();
    }
    out << '\n';
  }
  return out.str();
}

std::string Json(const Study& study, uint32_t k) {
  std::ostringstream out;
  out << "{\"tests\":" << study.tests << ",\"items\":" << study.items << ",\"newItems\":" << study.new_items
      << ",\"k\":" << k << ",\"lines\":[";
  for (size_t i = 0; i < study.lines.size(); ++i) {
    const Line& line = study.lines[i];
    out << (i == 0 ? "" : ",") << "{\"among\":" << JsonString(line.among) << ",\"by\":" << JsonString(line.scorer);
    for (size_t place = 0; place < recommend::kAccuracyNames.size(); ++place) {
      const Interval& one = line.measures.full_intervals[place];
      out << ',' << JsonString(recommend::kAccuracyNames[place]) << ":[" << JsonNumber(one.mean) << ','
          << JsonNumber(one.low) << ',' << JsonNumber(one.high) << ']';
    }
    out << '}';
  }
  out << "]}\n";
  return out.str();
}

}  // namespace

Result<std::string> MeasureNewItems(const NewItemOptions& options) {
  const bool catalogue_alone = options.data.data.empty() && options.data.train.empty();
  const auto study = [&]() -> Result<Study> {
    if (catalogue_alone) return StudyCatalogue(options);
    SOTTO_ASSIGN_OR_RETURN(const Dataset data, ReadDataset(options.data));
    return StudyInteractions(data, options);
  }();
  if (!study.ok()) return study.error();
  return options.json ? Json(study.value(), options.k) : Table(study.value(), options.k);
}

}  // namespace sotto::cli
