#include "sotto/dap/http.h"

#include "dap/checks.h"

namespace sotto::dap {
namespace {

constexpr Message kMessages[] = {Message::kHpkeConfigList,     Message::kUploadReq,
                                 Message::kUploadErrors,       Message::kAggregationJobInitReq,
                                 Message::kAggregationJobResp, Message::kAggregationJobContinueReq,
                                 Message::kCollectionJobReq,   Message::kCollectionJobResp,
                                 Message::kAggregateShareReq,  Message::kAggregateShare};
constexpr Problem kProblems[] = {
    Problem::kInvalidMessage,       Problem::kUnrecognizedTask, Problem::kUnrecognizedAggregationJob,
    Problem::kBatchInvalid,         Problem::kInvalidBatchSize, Problem::kInvalidAggregationParameter,
    Problem::kBatchMismatch,        Problem::kStepMismatch,     Problem::kBatchOverlap,
    Problem::kUnsupportedExtension, Problem::kInvalidExtension};

TEST(DapMediaType, IsTheDrafts) {
  EXPECT_EQ(MediaType(Message::kHpkeConfigList), "application/ppm-dap;message=hpke-config-list");
  EXPECT_EQ(MediaType(Message::kUploadReq), "application/ppm-dap;message=upload-req");
  EXPECT_EQ(MediaType(Message::kUploadErrors), "application/ppm-dap;message=upload-errors");
  EXPECT_EQ(MediaType(Message::kAggregationJobInitReq), "application/ppm-dap;message=aggregation-job-init-req");
  EXPECT_EQ(MediaType(Message::kAggregationJobContinueReq), "application/ppm-dap;message=aggregation-job-continue-req");
  EXPECT_EQ(MediaType(Message::kAggregationJobResp), "application/ppm-dap;message=aggregation-job-resp");
  EXPECT_EQ(MediaType(Message::kCollectionJobReq), "application/ppm-dap;message=collection-job-req");
  EXPECT_EQ(MediaType(Message::kCollectionJobResp), "application/ppm-dap;message=collection-job-resp");
  EXPECT_EQ(MediaType(Message::kAggregateShareReq), "application/ppm-dap;message=aggregate-share-req");
  EXPECT_EQ(MediaType(Message::kAggregateShare), "application/ppm-dap;message=aggregate-share");
}

TEST(DapMediaType, IsRecognisedAsItsOwnMessageAlone) {
  for (const Message written : kMessages) {
    for (const Message read : kMessages) {
      EXPECT_EQ(IsMediaType(MediaType(written), read), written == read) << MediaType(written);
    }
  }
}

TEST(DapMediaType, IsRecognisedInEveryFormThatHttpAllows) {
  for (const char* text : {
           "application/ppm-dap;message=upload-req",
           "APPLICATION/PPM-DAP;MESSAGE=UPLOAD-REQ",
           "application/ppm-dap; message=upload-req",
           "application/ppm-dap \t;\t message=upload-req ",
           "  application/ppm-dap;message=upload-req",
           "application/ppm-dap;message=\"upload-req\"",
           "application/ppm-dap;message=\"up\\load-req\"",
           "application/ppm-dap;message=upload-req;version=18",
           "application/ppm-dap;version=\"a;b \\\" c\";message=upload-req",
           "application/ppm-dap;;message=upload-req;",
       }) {
    EXPECT_TRUE(IsMediaType(text, Message::kUploadReq)) << text;
  }
}

TEST(DapMediaType, RefusesWhatIsNone) {
  for (const char* text : {
           "",
           "application",
           "application/",
           "application/ppm-dap",
           "application/ppm-dap;",
           "application/ppm-dap;message",
           "application/ppm-dap;message=",
           "application/ppm-dap;message=\"\"",
           "application/ppm-dap;message=upload-reqs",
           "application/ppm-dap;message=upload-req2;",
           "application/ppm-dap;message=\"upload-req",
           "application/ppm-dap;message=\"upload-req\\",
           "application/ppm-dap;message=\"upload-req\"x",
           "application/ppm-dap;message = upload-req",
           "application/ppm-dap;message= upload-req",
           "application/ppm-dap;message=upload-req;message=upload-req",
           "application/ppm-dap;message=upload-req;message=upload-errors",
           "application/ppm-dap;x-message=upload-req",
           "application/ppm-dap;message=upload-req, text/plain",
           "application/ppm-dap;message=upload-req x",
           "application/ppm-dap;message=upload-req;x=\"\x01\"",
           "application/ppm-dap,message=upload-req",
           "application/ppm-dap-2;message=upload-req",
           "application /ppm-dap;message=upload-req",
           "text/ppm-dap;message=upload-req",
           "application/dap-upload-req",
       }) {
    EXPECT_FALSE(IsMediaType(text, Message::kUploadReq)) << text;
  }
}

TEST(DapProblem, HasTheDraftsNames) {
  EXPECT_EQ(ProblemName(Problem::kInvalidMessage), "invalidMessage");
  EXPECT_EQ(ProblemName(Problem::kUnrecognizedTask), "unrecognizedTask");
  EXPECT_EQ(ProblemName(Problem::kUnrecognizedAggregationJob), "unrecognizedAggregationJob");
  EXPECT_EQ(ProblemName(Problem::kBatchInvalid), "batchInvalid");
  EXPECT_EQ(ProblemName(Problem::kInvalidBatchSize), "invalidBatchSize");
  EXPECT_EQ(ProblemName(Problem::kInvalidAggregationParameter), "invalidAggregationParameter");
  EXPECT_EQ(ProblemName(Problem::kBatchMismatch), "batchMismatch");
  EXPECT_EQ(ProblemName(Problem::kStepMismatch), "stepMismatch");
  EXPECT_EQ(ProblemName(Problem::kBatchOverlap), "batchOverlap");
  EXPECT_EQ(ProblemName(Problem::kUnsupportedExtension), "unsupportedExtension");
  EXPECT_EQ(ProblemName(Problem::kInvalidExtension), "invalidExtension");
}

TEST(DapProblem, IsFoundByItsType) {
  EXPECT_EQ(ProblemType(Problem::kInvalidMessage), "urn:ietf:params:ppm:dap:error:invalidMessage");
  for (const Problem problem : kProblems) {
    const auto found = ProblemOfType(ProblemType(problem));
    ASSERT_TRUE(found.ok());
    EXPECT_EQ(found.value(), problem);
  }
}

TEST(DapProblem, HasNoOtherTypes) {
  for (const char* type : {"", "about:blank", "invalidMessage",
                           "urn:ietf:params:ppm:dap:error:", "urn:ietf:params:ppm:dap:error:invalidmessage",
                           "urn:ietf:params:ppm:dap:error:reportTooEarly"}) {
    ExpectRefused(ProblemOfType(type), ErrorCode::kNotFound, "");
  }
}

}  // namespace
}  // namespace sotto::dap
