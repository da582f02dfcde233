// What a room keeps asking: questions that mean the same are put together, whatever their exact words.
//
// A question joins the cluster that it resembles most (question_signature.h), or founds one. A cluster stands where its
// commonest wording stands, so it does not drift from one likeness to the next. Candidates are found by the content
// features that a cluster's wording has (one band a feature, as in locality-sensitive hashing); only those are
// compared.
//
// Bounded: at most 64 clusters, of which the least asked gives way; four wordings in each, by the rule of Space-Saving
// (A. Metwally, D. Agrawal, A. El Abbadi, ICDT 2005); 256 bytes to count askers. Some 130 KB in all.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sotto/base/result.h"
#include "sotto/comments/analysis/decay.h"
#include "sotto/comments/analysis/distinct.h"
#include "sotto/comments/analysis/question_signature.h"

namespace sotto::comments::analysis {

inline constexpr uint32_t kMaxQuestionClusters = 64;
inline constexpr size_t kMaxQuestionBytes = 96;  // of a wording that is kept; the rest is cut off

struct QuestionOptions {
  double half_life_s = 300;                      // 1 to 86,400
  uint32_t max_clusters = kMaxQuestionClusters;  // 1 to 64
  double trending_at = 5;                        // decayed comments from which a question is trending, >= 1
  double trending_askers = 3;                    // and different askers, if it is known who asks
};

struct Question {
  uint64_t id = 0;                    // the same while the cluster lives; from 1
  std::string text;                   // the commonest wording, UTF-8; as its tersest asker wrote it
  std::vector<std::string> wordings;  // up to three others
  double weight = 0;                  // decayed comments
  uint64_t comments = 0;              // since the cluster was founded
  uint32_t askers = 0;                // different viewers of known key, estimated (distinct.h)
  double first_s = 0;
  double last_s = 0;
};

class Questions {
 public:
  // Errors: kInvalidArgument for options outside their ranges.
  static Result<Questions> Create(const QuestionOptions& options);

  // One question. `text` is what is shown for it and must be UTF-8; `viewer` 0 is unknown. A comment without content is
  // counted nowhere. Returns the question if this made it trending; it can be so again once it has lost half of the
  // weight that this takes.
  std::optional<Question> Observe(double time_s, std::string_view text, std::span<const char32_t> symbols,
                                  uint64_t viewer);

  // The `limit` most asked at `now_s`, the most asked first.
  std::vector<Question> Top(size_t limit, double now_s) const;

 private:
  struct Wording {
    std::string text;
    QuestionSignature signature;
    double stored = 0;
  };
  struct Cluster {
    uint64_t id = 0;
    std::vector<Wording> wordings;  // the commonest first
    Distinct askers;
    bool any_asker = false;
    bool trending = false;
    double stored = 0;
    uint64_t comments = 0;
    double first_s = 0;
    double last_s = 0;
  };

  explicit Questions(const QuestionOptions& options);
  uint64_t CandidatesFor(const QuestionSignature& signature) const;
  size_t FindOrFound(double time_s, const QuestionSignature& signature);
  void AddWording(size_t cluster, std::string_view text, const QuestionSignature& signature);
  void Index(size_t cluster, bool present);
  Question Describe(const Cluster& cluster, double now_s) const;

  static constexpr size_t kBuckets = 1'024;

  QuestionOptions options_;
  Decay decay_;
  uint64_t next_id_ = 1;
  std::vector<Cluster> clusters_;
  std::vector<uint64_t> buckets_;  // of a feature's hash: the set of clusters whose first wording has it
};

}  // namespace sotto::comments::analysis
