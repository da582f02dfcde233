// A grammar of comments: what viewers say, written down as spoken templates from which a trainer draws examples.
//
//   # a comment
//   colour = red | black | navy blue                    a definition: one of its alternatives, each as likely
//   colour += off-white                                 more alternatives for it
//   > is the {colour} one (left|in stock)[ please]?     a template
//   > got any {colour}? ;; weight 3                     a template that is drawn three times as often (1 to 1,000)
//
// {name} is a reference to a definition in any of the files, before or after. (a|b) is one of a and b, each as likely;
// [a] is a or nothing, each half of the time; [a|b] is one of a and b, or nothing half of the time. They nest. \ takes
// the next character as it is. Names are made of a-z, 0-9 and _. Spaces around templates and alternatives of
// definitions do not count, those in brackets do; in what is drawn, a run of spaces becomes one and none stand at the
// ends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sotto/base/random.h"
#include "sotto/base/result.h"

namespace sotto::comments {

inline constexpr size_t kMaxGrammarBytes = 1u << 20;  // of all files together
inline constexpr size_t kMaxGrammarNesting = 8;       // brackets in brackets
inline constexpr size_t kMaxGrammarDepth = 16;        // references in definitions of references
inline constexpr size_t kMaxDrawnBytes = 1024;        // the longest comment that a template may give
inline constexpr uint64_t kMaxTemplateWeight = 1000;

struct NamedText {
  std::string name;  // for errors: the file's name
  std::string text;
};

class Grammar {
 public:
  // Errors name the file and the line. kMalformed: not UTF-8, a line that is none of the above, a bracket without its
  // partner, an empty alternative, a bad name or weight, a definition that is made twice, continued before it is made,
  // missing or made of itself, a template that may draw nothing, no template at all. kResourceExhausted: above a limit.
  static Result<Grammar> Parse(std::span<const NamedText> files);

  // One comment: a template by weight, then every choice by itself. Errors: those of `random`.
  Result<std::string> Draw(RandomSource& random) const;

  size_t templates() const { return templates_.size(); }
  size_t definitions() const { return definitions_.size(); }

 private:
  friend class GrammarReader;

  struct Piece;
  using Sequence = std::vector<Piece>;

  // Exactly one of the three is there.
  struct Piece {
    std::string text;
    size_t definition = kNone;
    std::vector<Sequence> choices;
    bool optional = false;  // of choices
  };

  struct Template {
    Sequence pieces;
    uint64_t weight_up_to = 0;  // the sum of all weights so far
  };

  static constexpr size_t kNone = SIZE_MAX;

  Status Expand(const Sequence& pieces, RandomSource& random, std::string& out) const;

  std::vector<std::vector<Sequence>> definitions_;
  std::vector<Template> templates_;
};

}  // namespace sotto::comments
