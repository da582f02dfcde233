// What people call a product whose title is long: its last words, which say what it is ("绿茶" of "明前高山绿茶 50
// 克罐装").
#pragma once

#include <span>
#include <vector>

#include "sotto/base/result.h"
#include "sotto/comments/analysis/product_mentions.h"
#include "sotto/text/lexicon.h"

namespace sotto::comments {

// The products with more names: of each title the endings of its longest stretch of a script without spaces, from two
// symbols to eight, and of its longest stretch of words, from two words to six. A name that several products would have
// is none of theirs. What is longer than a name may be is left out, and what is more than a product may have.
// Errors: kMalformed if a title is not UTF-8, kResourceExhausted if it is above text::kMaxCommentBytes.
Result<std::vector<analysis::Product>> WithShortNames(std::span<const analysis::Product> products,
                                                      const text::Lexicon& lexicon);

}  // namespace sotto::comments
