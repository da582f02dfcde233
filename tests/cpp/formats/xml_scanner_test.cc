#include "sotto/formats/xml_scanner.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

namespace sotto::formats {
namespace {

// Everything in a document, as "<name k=v>", "text", "</name>", and at last "end" or the error.
std::vector<std::string> Events(std::string_view document) {
  XmlScanner xml(document);
  std::vector<std::string> events;
  for (;;) {
    const auto event = xml.Next();
    if (!event.ok()) {
      events.push_back(ToString(event.error()));
      return events;
    }
    switch (event.value()) {
      case XmlEvent::kStartElement:
        events.push_back("<" + std::string(xml.name()) + " p=" + std::string(xml.attribute("p")) + ">");
        break;
      case XmlEvent::kEndElement:
        events.push_back("</" + std::string(xml.name()) + ">");
        break;
      case XmlEvent::kText:
        events.push_back(xml.text());
        break;
      case XmlEvent::kEnd:
        events.emplace_back("end");
        return events;
    }
  }
}

std::string LastOf(std::string_view document) {
  return Events(document).back();
}

using Strings = std::vector<std::string>;

TEST(XmlScanner, GivesElementsAttributesAndText) {
  EXPECT_EQ(Events("<?xml version='1.0'?><!-- c --><i ><d p = \"1,2\">a</d ><e/>b</i>\n"),
            (Strings{"<i p=>", "<d p=1,2>", "a", "</d>", "<e p=>", "</e>", "b", "</i>", "end"}));
}

TEST(XmlScanner, DecodesTheFiveEntitiesAndCharacterReferences) {
  EXPECT_EQ(Events("<d p='&lt;&gt;&amp;&quot;&apos;'>&#33310;&#x8336;</d>"),
            (Strings{"<d p=<>&\"'>", "舞茶", "</d>", "end"}));
}

TEST(XmlScanner, ReplacesReferencesToWhatIsNoCharacter) {
  EXPECT_EQ(Events("<d>&#0;&#xD800;&#x110000;&#99999999;</d>")[1], "\uFFFD\uFFFD\uFFFD\uFFFD");
}

TEST(XmlScanner, TakesCdataAsItIs) {
  EXPECT_EQ(Events("<d><![CDATA[a<b>&amp;]]]]></d>")[1], "a<b>&amp;]]");
}

TEST(XmlScanner, RefusesADocumentTypeSoThatNothingExpands) {
  const std::string error = LastOf(
      "<?xml version=\"1.0\"?>\n<!DOCTYPE lolz [\n <!ENTITY lol \"lol\">\n"
      " <!ENTITY lol2 \"&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;\">\n]>\n<i><d>&lol2;</d></i>");
  EXPECT_EQ(error.substr(0, error.find(". ")),
            "MALFORMED: XML, line 2, column 1: document types and declarations are refused");
}

TEST(XmlScanner, SaysWhereAnEntityIsThatItDoesNotKnow) {
  EXPECT_TRUE(LastOf("<i>\n茶 &lol;</i>").starts_with("MALFORMED: XML, line 2, column 3: & does not begin"));
  EXPECT_TRUE(LastOf("<i>a & b</i>").starts_with("MALFORMED: XML, line 1, column 6: & does not begin"));
  EXPECT_TRUE(LastOf("<i>&#;</i>").starts_with("MALFORMED"));
  EXPECT_TRUE(LastOf("<i>&#xg;</i>").starts_with("MALFORMED"));
}

TEST(XmlScanner, SaysWhereTagsDoNotBalance) {
  EXPECT_EQ(LastOf("<i>\n<d>a</i>"), "MALFORMED: XML, line 2, column 5: </i> closes <d> of line 2, column 1.");
  EXPECT_TRUE(
      LastOf("<i></i></i>").starts_with("MALFORMED: XML, line 1, column 8: an element ends that did not begin"));
  EXPECT_TRUE(LastOf("<i>\n <d>a").starts_with("TRUNCATED: XML, line 2, column 2: <d> is not closed"));
}

TEST(XmlScanner, SaysWhatIsNotClosed) {
  for (const std::string_view cut : {"<", "<i", "<i ", "<i p", "<i p=", "<i p='1", "<i><", "<i></", "<i></i",
                                     "<i><!-- a", "<i><![CDATA[ a", "<?xml "}) {
    EXPECT_TRUE(LastOf(cut).starts_with("TRUNCATED: XML, line 1, column ") ||
                LastOf(cut).starts_with("MALFORMED: XML, line 1, column "))
        << cut << ": " << LastOf(cut);
  }
}

TEST(XmlScanner, RefusesWhatIsNoXml) {
  for (const std::string_view bad : {"", "text", "<i/>text", "<i/><i/>", "<i p=1/>", "<i p/>", "<i p='1' p='2'/>",
                                     "<i p='<'/>", "< i/>", "<i></i x>", "<i><!ELEMENT d></i>", "<![CDATA[a]]>"}) {
    EXPECT_TRUE(LastOf(bad).starts_with("MALFORMED: XML, line 1, column ")) << bad << ": " << LastOf(bad);
  }
}

TEST(XmlScanner, BoundsDepthAndAttributes) {
  std::string deep;
  for (size_t i = 0; i < kMaxXmlDepth; ++i) deep += "<a>";
  EXPECT_TRUE(LastOf(deep).starts_with("TRUNCATED"));
  EXPECT_TRUE(LastOf(deep + "<a>").starts_with("RESOURCE_EXHAUSTED"));
  std::string wide = "<a";
  for (size_t i = 0; i < kMaxXmlAttributes; ++i) wide += " a" + std::to_string(i) + "=''";
  EXPECT_EQ(LastOf(wide + "/>"), "end");
  EXPECT_TRUE(LastOf(wide + " b=''/>").starts_with("RESOURCE_EXHAUSTED"));
}

// Whatever the text, escaped it comes back.
RC_GTEST_PROP(XmlScanner, GivesBackEscapedText, (const std::string& text)) {
  const auto escaped = [&text](bool all) {
    std::string out;
    for (const char c : text) {
      const bool special = c == '<' || c == '&' || c == '"';
      out += special || (all && c > 0) ? "&#" + std::to_string(static_cast<int>(c)) + ";" : std::string(1, c);
    }
    return out;
  };
  RC_PRE(!text.empty() && text.find('\0') == std::string::npos);
  for (const bool all : {false, true}) {
    const auto events = Events("<i p=\"" + escaped(all) + "\">" + escaped(all) + "</i>");
    RC_ASSERT(events.size() == 4u);
    RC_ASSERT(events[0] == "<i p=" + text + ">");
    RC_ASSERT(events[1] == text);
  }
}

}  // namespace
}  // namespace sotto::formats
