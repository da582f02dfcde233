#include "sotto/comments/heads.h"

namespace sotto::comments {
namespace {

constexpr std::array<std::string_view, kHeads> kHeadNames = {"sentiment", "emotion", "intent", "toxicity", "language"};
constexpr std::array<std::string_view, kSentiments> kSentimentNames = {"negative", "neutral", "positive"};
constexpr std::array<std::string_view, kEmotions> kEmotionNames = {"joy",      "anger", "sadness",
                                                                   "surprise", "fear",  "neutral"};
constexpr std::array<std::string_view, kIntents> kIntentNames = {
    "price",    "availability", "shipping", "discount", "product_question", "usage",
    "purchase", "after_sales",  "praise",   "greeting", "host_request",     "chatter"};
constexpr std::array<std::string_view, kToxicities> kToxicityNames = {"none", "insult", "hate", "spam", "contact"};
constexpr std::array<std::string_view, kLanguages> kLanguageNames = {"zh", "en", "ja", "ko", "other"};

}  // namespace

std::string_view HeadName(Head head) {
  return kHeadNames[static_cast<size_t>(head)];
}

std::span<const std::string_view> LabelNames(Head head) {
  switch (head) {
    case Head::kSentiment:
      return kSentimentNames;
    case Head::kEmotion:
      return kEmotionNames;
    case Head::kIntent:
      return kIntentNames;
    case Head::kToxicity:
      return kToxicityNames;
    case Head::kLanguage:
      return kLanguageNames;
  }
  return {};
}

}  // namespace sotto::comments
