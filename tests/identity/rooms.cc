// What a room says, by a script. A line is one of
//
//   products COUNT (id zh en)...          titles hexadecimal
//   stage PLACE                           -1: none
//   add PROGRAMME ARRIVED (at viewer text)...   one comment or more; at "-" for none; viewer and text hexadecimal
//   frame ARRIVED BYTES                   of the WebSocket, hexadecimal
//   judge MOST
//   summarise ARRIVED
//
// and each prints a line: what is wrong, or what JavaScript would see, doubles as bits.
#include <limits>
#include <vector>

#include "lines.h"
#include "model.h"
#include "sotto/comments/comment_room.h"

namespace sotto::identity {
namespace {

using comments::CommentRoom;
namespace analysis = comments::analysis;

double Number(std::istream& in) {
  std::string word;
  in >> word;
  return word == "-" ? std::numeric_limits<double>::quiet_NaN() : std::stod(word);
}

// An empty field is written as "-".
std::string Field(std::istream& in) {
  std::string hex;
  in >> hex;
  return hex == "-" ? "" : Unhex(hex);
}

Line& AddOpinion(const analysis::Opinion& opinion, Line& line) {
  return line.Bits(static_cast<double>(opinion.comments))
      .Bits(opinion.mean)
      .Bits(opinion.low)
      .Bits(opinion.high)
      .Bits(opinion.positive)
      .Bits(opinion.neutral)
      .Bits(opinion.negative);
}

void AddQuestion(const analysis::Question& question, Line& line) {
  line.Text(question.text).Bits(question.weight).Bits(static_cast<double>(question.askers)).Bits(question.first_s);
}

void AddSummary(const analysis::Summary& summary, Line& line) {
  line.Bits(summary.now_s)
      .Int(static_cast<int64_t>(summary.comments))
      .Int(static_cast<int64_t>(summary.left_out))
      .Bits(summary.rate);
  line.Int(summary.burst ? 1 : 0);
  if (summary.burst) line.Bits(summary.burst->begin_s).Bits(summary.burst->peak_rate);
  line.Bits(summary.mood.mean)
      .Bits(comments::MoodError(summary))
      .Bits(summary.mood.positive)
      .Bits(summary.mood.neutral)
      .Bits(summary.mood.negative);
  line.Int(static_cast<int64_t>(summary.mood_buckets.size()));
  for (const auto& bucket : summary.mood_buckets) {
    line.Bits(bucket.begin_s).Bits(bucket.mean).Bits(bucket.standard_error).Bits(static_cast<double>(bucket.comments));
  }
  line.Int(static_cast<int64_t>(summary.mood_changes.size()));
  for (const auto& change : summary.mood_changes) line.Bits(change.from_s).Bits(change.before).Bits(change.after);
  line.Int(static_cast<int64_t>(summary.keywords.size()));
  for (const auto& keyword : summary.keywords) {
    line.Text(keyword.text)
        .Bits(static_cast<double>(keyword.score))
        .Bits(static_cast<double>(keyword.count))
        .Bits(static_cast<double>(keyword.ratio));
  }
  line.Int(static_cast<int64_t>(summary.questions.size()));
  for (const auto& question : summary.questions) AddQuestion(question, line);
  line.Int(static_cast<int64_t>(summary.products.size()));
  for (const auto& product : summary.products) AddOpinion(product.named, line.Text(product.id));
  for (size_t i = 0; i < comments::kIntents; ++i) line.Bits(summary.intents[i].recent);
}

void AddEvents(const std::vector<analysis::Event>& events, Line& line) {
  for (const auto& event : events) {
    if (const auto* burst = std::get_if<analysis::BurstEvent>(&event.what)) {
      line.Quoted("burst").Int(burst->began ? 1 : 0).Bits(burst->burst.peak_rate).Text(burst->carrier.text);
    } else if (const auto* mood = std::get_if<analysis::MoodEvent>(&event.what)) {
      line.Quoted("moodchange").Bits(mood->change.from_s).Bits(mood->change.before).Bits(mood->change.after);
    } else {
      AddQuestion(std::get<analysis::QuestionEvent>(event.what).question, line.Quoted("trending"));
    }
  }
}

Status SetProducts(std::istream& in, CommentRoom& room, const comments::CommentModel& model) {
  std::vector<analysis::Product> products(static_cast<size_t>(Number(in)));
  for (analysis::Product& product : products) {
    in >> product.id;
    product.names.push_back(Field(in));
    product.names.push_back(Field(in));
  }
  return room.SetProducts(products, model);
}

Status Add(std::istream& in, CommentRoom& room) {
  const double programme_s = Number(in);
  const double arrived_s = Number(in);
  while (in >> std::ws && !in.eof()) {
    comments::FrameComment comment;
    comment.at = Number(in);
    comment.user = Field(in);
    comment.text = Field(in);
    SOTTO_RETURN_IF_ERROR(room.Add(std::move(comment), true, programme_s, arrived_s));
  }
  return {};
}

void AddFailure(const Status& status, Line& line) {
  if (!status.ok()) line.Failure(status.error());
}

}  // namespace

void PrintRooms(const std::string& file) {
  auto model = LoadModelOrPrint(file);
  if (!model) return;
  CommentRoom room = CommentRoom::Create();
  for (std::string script; std::getline(std::cin, script);) {
    std::istringstream in(script);
    std::string call;
    in >> call;
    Line line;
    if (call == "products") {
      AddFailure(SetProducts(in, room, *model), line);
    } else if (call == "stage") {
      const double place = Number(in);
      room.SetOnStage(place < 0 ? std::nullopt : std::optional(static_cast<uint32_t>(place)));
    } else if (call == "add") {
      AddFailure(Add(in, room), line);
    } else if (call == "frame") {
      const double arrived_s = Number(in);
      const auto received = room.Receive(Field(in), std::numeric_limits<size_t>::max(), arrived_s);
      if (received.ok()) {
        line.Int(static_cast<int64_t>(received.value().comments));
      } else {
        line.Failure(received.error());
      }
    } else if (call == "judge") {
      const CommentRoom::Judged judged = room.Judge(*model, static_cast<size_t>(Number(in)));
      line.Int(static_cast<int64_t>(judged.waiting));
      for (const auto& verdict : judged.wanted) {
        line.Int(verdict ? 1 : 0);
        if (verdict) line.Bits(verdict->score);
      }
      AddEvents(room.TakeEvents(), line);
    } else if (call == "summarise") {
      AddSummary(room.Summarise(Number(in)), line);
    }
    line.Print();
  }
}

}  // namespace sotto::identity
