// What the comment model says of a comment: five heads, and the columns of the table that they are computed from.
//
//   head       labels                                                             columns
//   sentiment  negative, neutral, positive                                        polarity, neutrality
//   emotion    joy, anger, sadness, surprise, fear, neutral                       one each
//   intent     price ... chatter (what the viewer wants)                          one each
//   toxicity   none, insult, hate, spam, contact (away from the platform)         offence, hate, spam, contact
//   language   zh, en, ja, ko, other                                              one each
//
// A column is one additive score z (comment_model.h). Emotion, intent and language are softmaxes over theirs; sentiment
// and toxicity are put together from two-way ones:
//
//   p(neutral) = s(neutrality), p(positive) = (1 - p(neutral)) s(polarity), p(negative) = the rest
//   p(insult) = s(offence) (1 - s(hate)), p(hate) = s(offence) s(hate), p(spam) = s(spam), p(contact) = s(contact)
//
// where s is the logistic function of temperature * z. The kinds of toxicity are not exclusive: a comment can be
// several.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace sotto::comments {

enum class Head : uint8_t { kSentiment, kEmotion, kIntent, kToxicity, kLanguage };
inline constexpr size_t kHeads = 5;

enum class SentimentLabel : uint8_t { kNegative, kNeutral, kPositive };
enum class EmotionLabel : uint8_t { kJoy, kAnger, kSadness, kSurprise, kFear, kNeutral };
enum class IntentLabel : uint8_t {
  kPrice,            // what it costs
  kAvailability,     // stock, sizes, colours, variants
  kShipping,         // when, how, how far, at what postage
  kDiscount,         // coupons, gifts, lotteries, cheaper
  kProductQuestion,  // the product itself
  kUsage,            // how to use, wash, cook, keep it
  kPurchase,         // wants to buy, or has just bought
  kAfterSales,       // something bought earlier went wrong
  kPraise,
  kGreeting,
  kHostRequest,  // the host should do something
  kChatter
};
enum class ToxicityLabel : uint8_t { kNone, kInsult, kHate, kSpam, kContact };
enum class LanguageLabel : uint8_t { kChinese, kEnglish, kJapanese, kKorean, kOther };

inline constexpr size_t kSentiments = 3;
inline constexpr size_t kEmotions = 6;
inline constexpr size_t kIntents = 12;
inline constexpr size_t kToxicities = 5;
inline constexpr size_t kLanguages = 5;
inline constexpr size_t kMostLabels = kIntents;

// "sentiment", ...
std::string_view HeadName(Head head);
// In the order of the enumerations: "negative", "neutral", "positive"; "joy", ...; "price", ...; "none", ...; "zh", ...
std::span<const std::string_view> LabelNames(Head head);

// The columns. The first kFineColumns have many rows of the table to themselves, because reviews and insults have a
// large vocabulary; the others share fewer, wider rows.
inline constexpr size_t kPolarity = 0;
inline constexpr size_t kOffence = 1;
inline constexpr size_t kFineColumns = 2;
inline constexpr size_t kFirstEmotion = kFineColumns;
inline constexpr size_t kFirstIntent = kFirstEmotion + kEmotions;
inline constexpr size_t kFirstLanguage = kFirstIntent + kIntents;
inline constexpr size_t kHate = kFirstLanguage + kLanguages;
inline constexpr size_t kSpam = kHate + 1;
inline constexpr size_t kContact = kSpam + 1;
inline constexpr size_t kNeutrality = kContact + 1;
inline constexpr size_t kColumns = kNeutrality + 1;
inline constexpr size_t kWideColumns = kColumns - kFineColumns;

// The softmax heads: where their columns begin and how many they are.
struct ColumnRange {
  size_t first;
  size_t count;
};
// Precondition: head is emotion, intent or language.
constexpr ColumnRange SoftmaxColumns(Head head) {
  if (head == Head::kEmotion) return {kFirstEmotion, kEmotions};
  if (head == Head::kIntent) return {kFirstIntent, kIntents};
  return {kFirstLanguage, kLanguages};
}

}  // namespace sotto::comments
