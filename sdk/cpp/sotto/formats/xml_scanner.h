// A pull scanner for XML 1.0, as far as recordings of comments use it: elements, attributes, text, CDATA, the five
// named entities and character references; comments and processing instructions are passed over.
//
// Ours, because the format is flat and the libraries that we know either throw, print or build a tree, or expand what a
// document type declares. This one refuses document types, so there is nothing that could expand: the work and the
// memory are linear in the input. It does not recurse, and does not read encodings other than UTF-8; bytes that are
// none are passed on, for CleanText to repair.
//
//   XmlScanner xml(bytes);
//   for (;;) {
//     SOTTO_ASSIGN_OR_RETURN(const XmlEvent event, xml.Next());
//     if (event == XmlEvent::kEnd) break;
//     if (event == XmlEvent::kStartElement && xml.name() == "d") Use(xml.attribute("p"));
//   }
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sotto/base/result.h"

namespace sotto::formats {

inline constexpr size_t kMaxXmlDepth = 64;       // of elements
inline constexpr size_t kMaxXmlAttributes = 64;  // of one element

enum class XmlEvent : uint8_t {
  kStartElement,  // name(), attribute()
  kEndElement,    // name(); also of <d/>
  kText,          // text(): between two tags there may be several
  kEnd,           // the document is complete; Next() keeps saying so
};

class XmlScanner {
 public:
  // `document` must outlive the scanner.
  explicit XmlScanner(std::string_view document);

  // After an error the scanner must not be used any more. Errors name line and column (from 1, in characters):
  //   kMalformed          tags that do not balance, a document type, an unknown entity, anything else that is no XML
  //   kTruncated          the document ends inside a tag, a comment, CDATA or an element
  //   kResourceExhausted  above kMaxXmlDepth or kMaxXmlAttributes
  Result<XmlEvent> Next();

  std::string_view name() const { return name_; }
  const std::string& text() const { return text_; }
  // Its value with references decoded; "" if the element has no such attribute.
  std::string_view attribute(std::string_view name) const;

 private:
  struct Attribute {
    std::string_view name;
    std::string value;
  };
  struct Open {
    std::string_view name;
    size_t position;  // of its "<"
  };

  bool At(std::string_view what) const { return document_.substr(position_).starts_with(what); }
  std::string Where(size_t position) const;
  Error Malformed(size_t position, const std::string& what) const;
  Error Truncated(size_t position, const std::string& what) const;

  Result<XmlEvent> StartTag();
  Result<XmlEvent> EndTag();
  Result<XmlEvent> Text();
  Result<XmlEvent> Cdata();
  Status ReadAttribute(size_t tag);
  Status SkipPast(std::string_view end, const std::string& what);
  Result<std::string_view> ReadName();
  void SkipSpace();
  // Appends document_[position_, end) with references decoded, and moves to `end`.
  Status Decode(size_t end, std::string& out);
  Status DecodeReference(size_t end, std::string& out);

  std::string_view document_;
  size_t position_ = 0;
  bool root_seen_ = false;
  bool close_ = false;  // the element just opened was <d/>
  std::vector<Open> open_;
  std::string_view name_;
  std::vector<Attribute> attributes_;
  std::string text_;
};

}  // namespace sotto::formats
