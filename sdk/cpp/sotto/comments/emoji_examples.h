// What emoji mean, given to the trainer as examples, because review corpora have next to none.
#pragma once

#include <vector>

#include "sotto/base/random.h"
#include "sotto/base/result.h"
#include "sotto/comments/sentiment_trainer.h"

namespace sotto::comments {

// Puts one to three tokens of its own polarity behind a comment with probability `share`, and as often neutral ones
// instead, so that neutral emoji learn to say nothing. Adds one comment of tokens alone for every ten that got them.
// Emoji thereby carry a prior of ours, not a measured fact; the model card says so.
// Errors: kInvalidArgument unless 0 <= share <= 0.5; those of `random`.
Status AddEmojiExamples(std::vector<LabelledComment>& comments, double share, RandomSource& random);

}  // namespace sotto::comments
