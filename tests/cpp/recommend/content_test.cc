#include "sotto/recommend/content_titles.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "recommend/shop.h"
#include "sotto/base/fnv1a.h"

namespace sotto::recommend {
namespace {

float Cosine(const Matrix& vectors, Eigen::Index one, Eigen::Index other) {
  return vectors.row(one).dot(vectors.row(other));
}

TEST(ContentVectors, AreUnitRows) {
  const Matrix vectors = ContentVectors(TeaShop(), {}).value();
  ASSERT_EQ(vectors.rows(), static_cast<Eigen::Index>(TeaShop().size()));
  for (Eigen::Index row = 0; row < vectors.rows(); ++row) EXPECT_NEAR(vectors.row(row).norm(), 1, 1e-6) << row;
}

TEST(ContentVectors, AreNearerForProductsOfOneKind) {
  const Matrix vectors = ContentVectors(TeaShop(), {}).value();
  EXPECT_GT(Cosine(vectors, kGreenTea, kOolong), Cosine(vectors, kGreenTea, kCushion) + 0.1F);
  EXPECT_GT(Cosine(vectors, kGreenTea, kOolong), Cosine(vectors, kGreenTea, kTeapot));
  EXPECT_GT(Cosine(vectors, kCushion, kThrow), Cosine(vectors, kCushion, kOolong) + 0.1F);
}

TEST(ContentVectors, SeeEachPartByItself) {
  const std::vector<Product> products = {{"a", "red lamp", "home/lamp", 1000},
                                         {"b", "red lamp", "garden", 500'000},
                                         {"c", "木盒", "home/lamp", 500'000},
                                         {"d", "木盒", "home/box", 1000}};
  const Matrix title = ContentVectors(products, {.category_weight = 0, .price_weight = 0}).value();
  EXPECT_NEAR(Cosine(title, 0, 1), 1, 1e-6);
  EXPECT_LT(Cosine(title, 0, 2), 0.4F);
  const Matrix category = ContentVectors(products, {.title_weight = 0, .price_weight = 0}).value();
  EXPECT_NEAR(Cosine(category, 0, 2), 1, 1e-6);
  EXPECT_NEAR(Cosine(category, 0, 3), 0.5, 0.2);  // half of the path, and what random signs have in common
  EXPECT_NEAR(Cosine(category, 0, 1), 0, 0.3);
  const Matrix price = ContentVectors(products, {.title_weight = 0, .category_weight = 0}).value();
  EXPECT_NEAR(Cosine(price, 0, 3), 1, 1e-6);
  EXPECT_EQ(Cosine(price, 0, 1), 0);
}

TEST(ContentVectors, TellNearPricesFromFarOnes) {
  std::vector<Product> products;
  for (const int64_t price : {int64_t{0}, int64_t{1}, int64_t{1000}, int64_t{1300}, int64_t{2000}, int64_t{64'000},
                              std::numeric_limits<int64_t>::max()}) {
    products.push_back({std::to_string(price), "x", "", price});
  }
  const Matrix vectors = ContentVectors(products, {.title_weight = 0}).value();
  ASSERT_TRUE(vectors.allFinite());
  EXPECT_NEAR(Cosine(vectors, 0, 1), 1, 1e-6);
  EXPECT_GT(Cosine(vectors, 2, 3), 0.9F);
  EXPECT_GT(Cosine(vectors, 2, 3), Cosine(vectors, 2, 4));
  EXPECT_GT(Cosine(vectors, 2, 4), Cosine(vectors, 2, 5));
  EXPECT_EQ(Cosine(vectors, 2, 6), 0);
}

TEST(ContentVectors, WeighRareWordsMoreThanCommonOnes) {
  // All share "gift box"; the first two also share "oolong".
  const std::vector<Product> products = {{"a", "oolong gift box", "", 0},
                                         {"b", "gift box of oolong", "", 0},
                                         {"c", "ceramic gift box", "", 0},
                                         {"d", "gift box with candle", "", 0}};
  const Matrix vectors = ContentVectors(products, {.category_weight = 0, .price_weight = 0}).value();
  EXPECT_GT(Cosine(vectors, 0, 1), Cosine(vectors, 0, 2) + 0.1F);
  EXPECT_GT(Cosine(vectors, 0, 1), Cosine(vectors, 0, 3) + 0.1F);
}

TEST(ContentVectors, DoNotDependOnTheOrderOfTheProductsInOneBit) {
  std::vector<Product> products = TeaShop();
  const Matrix vectors = ContentVectors(products, {}).value();
  std::reverse(products.begin(), products.end());
  const Matrix reversed = ContentVectors(products, {}).value();
  EXPECT_EQ(reversed, Matrix(vectors.colwise().reverse()));
}

TEST(ContentVectors, GiveTheSameBitsOnEveryPlatform) {
  const Matrix vectors = ContentVectors(TeaShop(), {.dimensions = 64}).value();
  ByteWriter writer;
  for (const float value : vectors.reshaped<Eigen::RowMajor>()) writer.F32(value);
  EXPECT_EQ(Fnv1a64(writer.bytes()), 0x854621788F996E4BU);
}

TEST(ContentVectors, LeaveARowOfZerosWhereThereIsNothingToCompare) {
  const std::vector<Product> products = {{"a", "", "", 100}, {"b", "tea", "", 100}};
  const Matrix vectors = ContentVectors(products, {.price_weight = 0}).value();
  EXPECT_TRUE(vectors.row(0).isZero());
  EXPECT_NEAR(vectors.row(1).norm(), 1, 1e-6);
}

TEST(ContentVectors, SeeBrandAndPictureOfTheProductsThatHaveThem) {
  std::vector<Product> products = {{"a", "x", "", 0}, {"b", "y", "", 0}, {"c", "z", "", 0}, {"d", "w", "", 0}};
  products[0].brand = products[1].brand = "山间";
  products[2].brand = "河边";
  const ContentOptions brand_alone{.title_weight = 0, .category_weight = 0, .price_weight = 0};
  const Matrix brands = ContentVectors(products, brand_alone).value();
  EXPECT_NEAR(Cosine(brands, 0, 1), 1, 1e-6);
  EXPECT_NEAR(Cosine(brands, 0, 2), 0, 0.3);
  EXPECT_TRUE(brands.row(3).isZero());

  for (Product& product : products) product.brand.clear();
  products[0].image = {3, 4};
  products[1].image = {30, 40};
  products[2].image = {-4, 3};
  const Matrix images = ContentVectors(products, brand_alone).value();
  EXPECT_NEAR(Cosine(images, 0, 1), 1, 1e-6);
  EXPECT_NEAR(Cosine(images, 0, 2), 0, 1e-6);
  EXPECT_TRUE(images.row(3).isZero());
  const Matrix both = ContentVectors(products, {.category_weight = 0, .price_weight = 0, .image_weight = 2}).value();
  EXPECT_NEAR(both.row(0).tail(2).norm() / both.row(0).head(256).norm(), 2, 1e-5);
}

TEST(ContentVectors, AreTheSameWhoeverReadsTheTitles) {
  const auto titles = TitlesOf(TeaShop()).value();
  EXPECT_EQ(ContentVectors(TeaShop(), titles, {}).value(), ContentVectors(TeaShop(), {}).value());
}

TEST(ContentVectors, RefuseTitlesThatDoNotAscendOrAreTooFew) {
  auto titles = TitlesOf(TeaShop()).value();
  std::swap(titles[2][0], titles[2][1]);
  EXPECT_NE(ContentVectors(TeaShop(), titles, {}).error().message.find("titles[2]"), std::string::npos);
  titles.pop_back();
  EXPECT_EQ(ContentVectors(TeaShop(), titles, {}).error().code, ErrorCode::kInvalidArgument);
}

TEST(ContentVectors, RefuseBrandsAndPicturesOutsideTheirRange) {
  const auto refused = [](const std::vector<float>& image, const std::string& brand) {
    std::vector<Product> products = {{"a", "x", "", 0}, {"b", "y", "", 0}};
    products[0].image = {1, 0};
    products[1].image = image;
    products[1].brand = brand;
    const auto vectors = ContentVectors(products, {});
    return !vectors.ok() && vectors.error().message.starts_with("products[1].");
  };
  EXPECT_TRUE(refused({1}, ""));
  EXPECT_TRUE(refused({1, 0, 0}, ""));
  EXPECT_TRUE(refused({1, std::nanf("")}, ""));
  EXPECT_TRUE(refused(std::vector<float>(1025, 1.0F), ""));
  EXPECT_TRUE(refused({1, 0}, std::string(257, 'b')));
  EXPECT_FALSE(refused({0, 0}, ""));
}

RC_GTEST_PROP(ContentVectors, AreFiniteForAnyTextOrRefused, (const std::vector<std::string>& titles, uint32_t price)) {
  std::vector<Product> products;
  for (const std::string& title : titles) products.push_back({std::to_string(products.size()), title, title, price});
  const auto vectors = ContentVectors(products, {.dimensions = 16});
  if (vectors.ok()) {
    RC_ASSERT(vectors.value().allFinite());
    for (Eigen::Index row = 0; row < vectors.value().rows(); ++row) {
      RC_ASSERT(std::fabs(vectors.value().row(row).norm() - 1) < 1e-5F);
    }
  } else {
    RC_ASSERT(vectors.error().code == ErrorCode::kInvalidArgument);
  }
}

TEST(ContentVectors, RefusesProductsAndOptionsOutsideTheirRange) {
  const auto refused = [](const Product& product, const char* named) {
    const std::vector<Product> products = {{"first", "tea", "tea", 1}, product};
    const auto vectors = ContentVectors(products, {});
    ASSERT_FALSE(vectors.ok()) << named;
    EXPECT_EQ(vectors.error().code, ErrorCode::kInvalidArgument);
    EXPECT_NE(vectors.error().message.find(named), std::string::npos) << vectors.error().message;
  };
  refused({"", "x", "", 0}, "products[1].id");
  refused({std::string(65, 'a'), "x", "", 0}, "products[1].id");
  refused({"first", "x", "", 0}, "products[1].id");
  refused({"b", "x", "", -1}, "products[1].price");
  refused({"b", "\xFF", "", 0}, "products[1].title");
  refused({"b", std::string(65 * 1024, 'a'), "", 0}, "products[1].title");
  refused({"b", "x", std::string(257, '/'), 0}, "products[1].category");

  const float nan = std::nanf("");
  for (const ContentOptions& options :
       {ContentOptions{.dimensions = 15}, ContentOptions{.dimensions = 4097}, ContentOptions{.title_weight = -1},
        ContentOptions{.category_weight = nan}, ContentOptions{.price_weight = 1001},
        ContentOptions{.brand_weight = -1}, ContentOptions{.image_weight = nan}}) {
    EXPECT_EQ(ContentVectors(TeaShop(), options).error().code, ErrorCode::kInvalidArgument);
  }
}

}  // namespace
}  // namespace sotto::recommend
