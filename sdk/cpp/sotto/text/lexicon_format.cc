#include "sotto/text/lexicon_format.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "sotto/text/tokens.h"

namespace sotto::text {
namespace {

constexpr uint32_t kMagic = 0x58454C53;  // "SLEX" read as a little-endian number
constexpr uint16_t kFormat = 1;
constexpr uint32_t kMaxNumber = 0x1FFFFF;  // 21 bits: every symbol
constexpr uint8_t kCensored = 0x80;
constexpr char32_t kFirstHan = 0x4E00;
constexpr uint8_t kHanEnd = 0xD2;  // first bytes 0x80..0xD1: the 82 rows of 256 ideographs
constexpr uint8_t kOther = 0xE0;   // first bytes 0xE0..0xFF: the upper five bits of any symbol

Error Malformed(const std::string& what) {
  return {ErrorCode::kMalformed, "the lexicon's " + what + ".", "Use a lexicon that Lexicon::Write wrote."};
}

// --- writing

void WriteNumber(uint32_t number, ByteWriter& writer) {
  for (; number >= 0x80; number >>= 7) writer.U8(static_cast<uint8_t>(number | 0x80));
  writer.U8(static_cast<uint8_t>(number));
}

void WriteSymbol(char32_t symbol, ByteWriter& writer) {
  if (symbol < 0x80) {
    writer.U8(static_cast<uint8_t>(symbol));
  } else if (IsHan(symbol)) {
    const auto ideograph = static_cast<uint32_t>(symbol - kFirstHan);
    writer.U8(static_cast<uint8_t>(0x80 + (ideograph >> 8)));
    writer.U8(static_cast<uint8_t>(ideograph));
  } else {
    writer.U8(static_cast<uint8_t>(kOther + (symbol >> 16)));
    writer.U16(static_cast<uint16_t>(symbol));
  }
}

void WriteSymbols(std::u32string_view symbols, ByteWriter& writer) {
  writer.U8(static_cast<uint8_t>(symbols.size()));
  for (const char32_t symbol : symbols) WriteSymbol(symbol, writer);
}

// Writes ascending keys as differences.
class KeyWriter {
 public:
  explicit KeyWriter(ByteWriter& writer) : writer_(writer) {}
  void operator()(char32_t key) {
    WriteNumber(key - last_, writer_);
    last_ = key;
  }

 private:
  ByteWriter& writer_;
  char32_t last_ = 0;
};

// --- reading

class TableReader {
 public:
  explicit TableReader(ByteSpan bytes) : reader_(bytes) {}
  ByteReader& bytes() { return reader_; }

  Result<uint32_t> Number() {
    uint32_t number = 0;
    for (uint32_t shift = 0; shift < 21; shift += 7) {
      SOTTO_ASSIGN_OR_RETURN(const uint8_t byte, reader_.U8());
      number |= static_cast<uint32_t>(byte & 0x7F) << shift;
      if (byte < 0x80) return number;
    }
    return Malformed("number before byte " + std::to_string(reader_.position()) + " is longer than 21 bits");
  }

  // A key written as its difference from `last`, which becomes the key.
  Result<char32_t> Key(char32_t& last) {
    SOTTO_ASSIGN_OR_RETURN(const uint32_t difference, Number());
    last += difference;
    if (last > kMaxNumber) return Malformed("keys exceed every character");
    return last;
  }

  Result<char32_t> Symbol() {
    SOTTO_ASSIGN_OR_RETURN(const uint8_t head, reader_.U8());
    if (head < 0x80) return static_cast<char32_t>(head);
    if (head < kHanEnd) {
      SOTTO_ASSIGN_OR_RETURN(const uint8_t low, reader_.U8());
      return static_cast<char32_t>(kFirstHan + ((static_cast<uint32_t>(head) - 0x80) << 8) + low);
    }
    if (head < kOther) {
      return Malformed("symbol before byte " + std::to_string(reader_.position()) + " begins with no known byte");
    }
    SOTTO_ASSIGN_OR_RETURN(const uint16_t low, reader_.U16());
    return static_cast<char32_t>((static_cast<uint32_t>(head) - kOther) << 16 | low);
  }

  Result<uint16_t> Class() {
    SOTTO_ASSIGN_OR_RETURN(const uint32_t number, Number());
    if (number > 0xFFFF) return Malformed("classes exceed 65,535");
    return static_cast<uint16_t>(number);
  }

  Result<std::u32string> Symbols(size_t most) {
    SOTTO_ASSIGN_OR_RETURN(const uint8_t size, reader_.U8());
    if (size > most) {
      return Malformed("text before byte " + std::to_string(reader_.position()) + " is longer than " +
                       std::to_string(most) + " symbols");
    }
    std::u32string symbols;
    for (size_t i = 0; i < size; ++i) {
      SOTTO_ASSIGN_OR_RETURN(const char32_t symbol, Symbol());
      symbols += symbol;
    }
    return symbols;
  }

 private:
  ByteReader reader_;
};

Status ReadFoldings(TableReader& reader, size_t count, LexiconTables& tables) {
  char32_t last = 0;
  for (size_t i = 0; i < count; ++i) {
    SOTTO_ASSIGN_OR_RETURN(const char32_t traditional, reader.Key(last));
    SOTTO_ASSIGN_OR_RETURN(const char32_t simplified, reader.Symbol());
    tables.foldings.push_back({traditional, simplified});
  }
  return {};
}

Status ReadClasses(TableReader& reader, size_t count, LexiconTables& tables) {
  char32_t last = 0;
  for (size_t i = 0; i < count; ++i) {
    SOTTO_ASSIGN_OR_RETURN(const char32_t character, reader.Key(last));
    tables.classes.push_back({character, 0, 0});
  }
  for (auto& row : tables.classes) {
    SOTTO_ASSIGN_OR_RETURN(row.sound, reader.Class());
  }
  for (auto& row : tables.classes) {
    SOTTO_ASSIGN_OR_RETURN(row.shape, reader.Class());
  }
  return {};
}

Status ReadJoinings(TableReader& reader, size_t count, LexiconTables& tables) {
  char32_t last = 0;
  for (size_t i = 0; i < count; ++i) {
    SOTTO_ASSIGN_OR_RETURN(const char32_t left, reader.Key(last));
    SOTTO_ASSIGN_OR_RETURN(const char32_t right, reader.Symbol());
    SOTTO_ASSIGN_OR_RETURN(const char32_t whole, reader.Symbol());
    tables.joinings.push_back({left, right, whole, true});
  }
  return {};
}

Status ReadPhrases(TableReader& reader, size_t count, LexiconTables& tables) {
  for (size_t i = 0; i < count; ++i) {
    SOTTO_ASSIGN_OR_RETURN(const uint8_t alone, reader.bytes().U8());
    if (alone > 1) return Malformed("phrase " + std::to_string(i) + " is marked neither alone nor not");
    SOTTO_ASSIGN_OR_RETURN(std::u32string pattern, reader.Symbols(kMaxPhraseSymbols));
    SOTTO_ASSIGN_OR_RETURN(std::u32string replacement, reader.Symbols(kMaxReadingSymbols));
    tables.phrases.push_back({std::move(pattern), std::move(replacement), alone == 1});
  }
  return {};
}

Status ReadEmojiTable(TableReader& reader, size_t count, LexiconTables& tables) {
  char32_t last = 0;
  for (size_t i = 0; i < count; ++i) {
    SOTTO_ASSIGN_OR_RETURN(const char32_t emoji, reader.Key(last));
    SOTTO_ASSIGN_OR_RETURN(std::u32string reading, reader.Symbols(kMaxEmojiSymbols));
    tables.emoji.push_back({emoji, std::move(reading)});
  }
  return {};
}

Status ReadWords(TableReader& reader, size_t count, LexiconTables& tables) {
  for (size_t i = 0; i < count; ++i) {
    SOTTO_ASSIGN_OR_RETURN(const uint8_t head, reader.bytes().U8());
    SOTTO_ASSIGN_OR_RETURN(const ByteSpan letters, reader.bytes().Take(head & ~kCensored));
    tables.words.push_back({std::string(letters.begin(), letters.end()), (head & kCensored) != 0});
  }
  return {};
}

// --- checking

// The first entry that does not stand strictly after the one before it, or the size.
template <class Rows, class Key>
size_t FirstOutOfOrder(const Rows& rows, const Key& key) {
  for (size_t i = 1; i < rows.size(); ++i) {
    if (!(key(rows[i - 1]) < key(rows[i]))) return i;
  }
  return rows.size();
}

// Of tables in order.
class Foldings {
 public:
  explicit Foldings(const std::vector<LexiconTables::Folding>& rows) : rows_(rows) {}
  bool Folds(char32_t c) const {
    const auto at = std::lower_bound(rows_.begin(), rows_.end(), c,
                                     [](const auto& row, char32_t key) { return row.traditional < key; });
    return at != rows_.end() && at->traditional == c;
  }

 private:
  const std::vector<LexiconTables::Folding>& rows_;
};

// What normalisation leaves as it is, whatever stands around it: simplified ideographs, lower-case ASCII and tokens;
// spaces only between others.
bool Survives(std::u32string_view symbols, const Foldings& foldings) {
  if (symbols.empty() || symbols.front() == U' ' || symbols.back() == U' ') return false;
  return std::all_of(symbols.begin(), symbols.end(), [&](char32_t c) {
    if (IsHan(c)) return !foldings.Folds(c);
    return IsToken(c) || (c >= 0x20 && c < 0x7F && !(c >= 'A' && c <= 'Z'));
  });
}

Status CheckFoldings(const LexiconTables& tables, const Foldings& foldings) {
  const auto& rows = tables.foldings;
  if (FirstOutOfOrder(rows, [](const auto& row) { return row.traditional; }) != rows.size()) {
    return Malformed("foldings are not in order");
  }
  for (const auto& row : rows) {
    if (row.traditional < 0x2E80 || row.traditional > 0x3FFFF || row.simplified < 0x2E80 || row.simplified > 0x3FFFF) {
      return Malformed("foldings contain what is no ideograph");
    }
    if (foldings.Folds(row.simplified)) return Malformed("foldings lead to what folds again");
  }
  return {};
}

Status CheckClasses(const LexiconTables& tables) {
  const auto& rows = tables.classes;
  if (FirstOutOfOrder(rows, [](const auto& row) { return row.character; }) != rows.size()) {
    return Malformed("characters are not in order");
  }
  for (const auto& row : rows) {
    if (!IsHan(row.character)) return Malformed("characters are not all ideographs of the basic block");
    if (row.sound > kMaxSoundClass || row.shape > kMaxShapeClass) return Malformed("classes are outside their range");
  }
  return {};
}

Status CheckJoinings(const LexiconTables& tables, const Foldings& foldings) {
  const auto& rows = tables.joinings;
  if (FirstOutOfOrder(rows, [](const auto& row) { return std::tuple(row.left, row.right); }) != rows.size()) {
    return Malformed("joinings are not in order");
  }
  for (const auto& row : rows) {
    if (!row.used || !IsHan(row.left) || !IsHan(row.right) || !IsHan(row.whole) || foldings.Folds(row.whole)) {
      return Malformed("joinings are not all of simplified ideographs");
    }
  }
  return {};
}

Status CheckPhrases(const LexiconTables& tables, const Foldings& foldings) {
  const auto& rows = tables.phrases;
  if (FirstOutOfOrder(rows, [](const auto& row) -> const std::u32string& { return row.pattern; }) != rows.size()) {
    return Malformed("phrases are not in order");
  }
  for (const auto& row : rows) {
    const size_t most = std::min(kMaxReadingSymbols, kMaxGrowth * row.pattern.size());
    const bool fits = !row.pattern.empty() && row.pattern.size() <= kMaxPhraseSymbols && row.replacement.size() <= most;
    const bool sound = row.pattern.find(U'\0') == std::u32string::npos;
    if (!fits || !sound || !Survives(row.replacement, foldings)) {
      return Malformed("phrases contain one that normalisation would change, or that is too long");
    }
  }
  return {};
}

Status CheckEmoji(const LexiconTables& tables, const Foldings& foldings) {
  const auto& rows = tables.emoji;
  if (FirstOutOfOrder(rows, [](const auto& row) { return row.emoji; }) != rows.size()) {
    return Malformed("emoji are not in order");
  }
  for (const auto& row : rows) {
    const bool moods = std::any_of(row.reading.begin(), row.reading.end(), IsToken);
    if (row.reading.size() > kMaxEmojiSymbols || (moods && row.reading.size() != 1) ||
        !Survives(row.reading, foldings)) {
      return Malformed("emoji have a reading that is neither one token nor text that normalisation leaves alone");
    }
  }
  for (char32_t token = kFirstToken; token <= kLastToken; ++token) {
    const bool reads = std::any_of(rows.begin(), rows.end(), [token](const auto& row) {
      return row.emoji == EmojiOfToken(token) && row.reading == std::u32string_view(&token, 1);
    });
    if (!reads) return Malformed("emoji read the sign of a token otherwise");
  }
  return {};
}

Status CheckWords(const LexiconTables& tables) {
  const auto shorter = [](const auto& a, const auto& b) { return a.letters.size() < b.letters.size(); };
  if (!std::is_sorted(tables.words.begin(), tables.words.end(), shorter)) return Malformed("words are not in order");
  for (const auto& row : tables.words) {
    const bool letters =
        std::all_of(row.letters.begin(), row.letters.end(), [](char c) { return c >= 'a' && c <= 'z'; });
    if (row.letters.size() < 2 || row.letters.size() > kMaxWordLetters || !letters) {
      return Malformed("words are not all of 2 to 16 letters a-z");
    }
  }
  return {};
}

Status CheckSizes(const LexiconTables& t) {
  const std::array sizes{t.foldings.size(), t.classes.size(), t.joinings.size(),
                         t.phrases.size(),  t.emoji.size(),   t.words.size()};
  if (*std::max_element(sizes.begin(), sizes.end()) <= kMaxLexiconEntries) return {};
  return Error{ErrorCode::kResourceExhausted,
               "a table of the lexicon has more than " + std::to_string(kMaxLexiconEntries) + " entries.",
               "Leave out the rarest."};
}

}  // namespace

Bytes WriteLexicon(const LexiconTables& tables) {
  ByteWriter writer;
  writer.U32(kMagic);
  writer.U16(kFormat);
  for (const size_t size : {tables.foldings.size(), tables.classes.size(), tables.joinings.size(),
                            tables.phrases.size(), tables.emoji.size(), tables.words.size()}) {
    writer.U16(static_cast<uint16_t>(size));
  }
  KeyWriter folding(writer);
  for (const auto& row : tables.foldings) {
    folding(row.traditional);
    WriteSymbol(row.simplified, writer);
  }
  KeyWriter character(writer);
  for (const auto& row : tables.classes) character(row.character);
  for (const auto& row : tables.classes) WriteNumber(row.sound, writer);
  for (const auto& row : tables.classes) WriteNumber(row.shape, writer);
  KeyWriter left(writer);
  for (const auto& row : tables.joinings) {
    left(row.left);
    WriteSymbol(row.right, writer);
    WriteSymbol(row.whole, writer);
  }
  for (const auto& row : tables.phrases) {
    writer.U8(row.alone ? 1 : 0);
    WriteSymbols(row.pattern, writer);
    WriteSymbols(row.replacement, writer);
  }
  KeyWriter emoji(writer);
  for (const auto& row : tables.emoji) {
    emoji(row.emoji);
    WriteSymbols(row.reading, writer);
  }
  for (const auto& row : tables.words) {
    writer.U8(static_cast<uint8_t>(row.letters.size() | (row.censored ? kCensored : 0)));
    writer.Append(AsBytes(row.letters));
  }
  return writer.Release();
}

Result<LexiconTables> ReadLexicon(ByteSpan bytes) {
  if (bytes.size() > kMaxLexiconBytes) {
    return Error{ErrorCode::kResourceExhausted,
                 "a lexicon of " + std::to_string(bytes.size()) + " bytes is larger than " +
                     std::to_string(kMaxLexiconBytes) + " bytes.",
                 "Is this the right part of the file?"};
  }
  TableReader reader(bytes);
  SOTTO_ASSIGN_OR_RETURN(const uint32_t magic, reader.bytes().U32());
  if (magic != kMagic) return Malformed("bytes do not begin with SLEX");
  SOTTO_ASSIGN_OR_RETURN(const uint16_t format, reader.bytes().U16());
  if (format != kFormat) {
    return Error{ErrorCode::kUnsupportedVersion,
                 "the lexicon has format " + std::to_string(format) + ", this build reads format 1.",
                 "Take model and library from the same release."};
  }
  std::array<uint16_t, 6> counts{};
  for (uint16_t& count : counts) {
    SOTTO_ASSIGN_OR_RETURN(count, reader.bytes().U16());
  }
  LexiconTables tables;
  SOTTO_RETURN_IF_ERROR(ReadFoldings(reader, counts[0], tables));
  SOTTO_RETURN_IF_ERROR(ReadClasses(reader, counts[1], tables));
  SOTTO_RETURN_IF_ERROR(ReadJoinings(reader, counts[2], tables));
  SOTTO_RETURN_IF_ERROR(ReadPhrases(reader, counts[3], tables));
  SOTTO_RETURN_IF_ERROR(ReadEmojiTable(reader, counts[4], tables));
  SOTTO_RETURN_IF_ERROR(ReadWords(reader, counts[5], tables));
  if (reader.bytes().remaining() != 0) return Malformed("bytes go on after its tables");
  SOTTO_RETURN_IF_ERROR(CheckLexicon(tables));
  return tables;
}

Status CheckLexicon(const LexiconTables& tables) {
  SOTTO_RETURN_IF_ERROR(CheckSizes(tables));
  const Foldings foldings(tables.foldings);
  SOTTO_RETURN_IF_ERROR(CheckFoldings(tables, foldings));
  SOTTO_RETURN_IF_ERROR(CheckClasses(tables));
  SOTTO_RETURN_IF_ERROR(CheckJoinings(tables, foldings));
  SOTTO_RETURN_IF_ERROR(CheckPhrases(tables, foldings));
  SOTTO_RETURN_IF_ERROR(CheckEmoji(tables, foldings));
  return CheckWords(tables);
}

}  // namespace sotto::text
