#include "server-stub/http/deadline.h"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <memory>
#include <optional>

namespace sotto::server {
namespace {

using boost::asio::ip::tcp;
using std::chrono::milliseconds;

class DeadlineTest : public testing::Test {
 protected:
  DeadlineTest() : socket_(io_, tcp::v4()), begun_(Deadline::Clock::now()) { deadline_.emplace(socket_); }

  // How long it was open; runs until nothing is left to wait for.
  milliseconds Run() {
    while (socket_.is_open() && io_.run_one() > 0) {
    }
    return std::chrono::duration_cast<milliseconds>(Deadline::Clock::now() - begun_);
  }

  boost::asio::io_context io_;
  tcp::socket socket_;
  std::optional<Deadline> deadline_;
  const Deadline::Clock::time_point begun_;
};

TEST_F(DeadlineTest, ClosesTheSocketWhenItHasPassed) {
  deadline_->Set(milliseconds(20));
  EXPECT_GE(Run(), milliseconds(20));
  EXPECT_FALSE(socket_.is_open());
}

TEST_F(DeadlineTest, IsWhereItWasSetLast) {
  deadline_->Set(milliseconds(10));
  deadline_->Set(milliseconds(40));  // the timer that runs goes off before
  EXPECT_GE(Run(), milliseconds(40));
  EXPECT_FALSE(socket_.is_open());
}

TEST_F(DeadlineTest, ComesEarlierWhenItIsSetEarlier) {
  deadline_->Set(std::chrono::hours(24));
  deadline_->Set(milliseconds(10));
  Run();
  EXPECT_FALSE(socket_.is_open());
}

TEST_F(DeadlineTest, NeverComesOnceItIsCleared) {
  deadline_->Set(milliseconds(10));
  deadline_->Clear();
  Run();
  EXPECT_TRUE(socket_.is_open());
  deadline_->Set(milliseconds(10));  // and the next one does
  io_.restart();
  Run();
  EXPECT_FALSE(socket_.is_open());
}

TEST_F(DeadlineTest, MayEndWhileItsTimerRuns) {
  deadline_->Set(milliseconds(10));
  deadline_.reset();
  Run();
  EXPECT_TRUE(socket_.is_open());
}

}  // namespace
}  // namespace sotto::server
