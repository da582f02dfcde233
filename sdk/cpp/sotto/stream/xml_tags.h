// Start tags of an XML document (W3C XML 1.0), one after the other: as much as it takes to find a place in one.
#pragma once

#include <cstddef>
#include <string_view>

namespace sotto::stream {

struct XmlTag {
  std::string_view name;
  std::string_view attributes;  // between the name and the tag's end
  size_t end = 0;               // offset behind its >
  bool empty = false;           // <a/>
};

// Skips text, comments, processing instructions, CDATA sections and end tags. Entities are not replaced.
class XmlTags {
 public:
  explicit XmlTags(std::string_view document) : document_(document) {}

  // False at the end, and where the document is not well-formed or declares a document type.
  bool Next(XmlTag& tag);
  // After Next has said false: was that the end?
  bool whole() const { return at_ == document_.size(); }

 private:
  // Moves behind the next `text`; to the end if there is none, and then false.
  bool Skip(std::string_view text);

  std::string_view document_;
  size_t at_ = 0;
};

// The value of an attribute between its quotes; a view whose data() is null if it is not there.
std::string_view XmlAttribute(std::string_view attributes, std::string_view name);

}  // namespace sotto::stream
