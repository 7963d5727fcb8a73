// What a value of which there are many seldom has, at the price of one pointer while it has none:
// Rare is a std::optional, RareVector a std::vector, each as far as it is needed. They copy what
// they hold and compare by it. Not thread-safe.
#pragma once

#include <algorithm>
#include <compare>
#include <cstddef>
#include <initializer_list>
#include <memory>
#include <utility>
#include <vector>

namespace fairlead {

template <class Value>
class Rare {
 public:
  Rare() = default;
  Rare(Value value) : value_(std::make_unique<Value>(std::move(value))) {}
  Rare(const Rare& other) : value_(other ? std::make_unique<Value>(*other) : nullptr) {}
  Rare(Rare&&) noexcept = default;
  Rare& operator=(const Rare& other) {
    if (value_ || other.value_) value_ = Rare(other).value_;
    return *this;
  }
  Rare& operator=(Rare&&) noexcept = default;
  ~Rare() = default;

  explicit operator bool() const { return value_ != nullptr; }
  /// REQUIRES a value.
  const Value& operator*() const { return *value_; }
  const Value* operator->() const { return value_.get(); }

  /// None comes before every value.
  friend std::strong_ordering operator<=>(const Rare& a, const Rare& b) {
    if (a && b) return *a <=> *b;
    return bool{a} <=> bool{b};
  }
  friend bool operator==(const Rare& a, const Rare& b) { return a && b ? *a == *b : !a && !b; }

 private:
  std::unique_ptr<Value> value_;
};

template <class Value>
class RareVector {
 public:
  RareVector() = default;
  RareVector(std::initializer_list<Value> values) {
    if (values.size() > 0) items_ = std::make_unique<Items>(values);
  }
  RareVector(std::vector<Value> values) {
    if (!values.empty()) items_ = std::make_unique<Items>(std::move(values));
  }
  RareVector(const RareVector& other)
      : items_(other.items_ ? std::make_unique<Items>(*other.items_) : nullptr) {}
  RareVector(RareVector&&) noexcept = default;
  RareVector& operator=(const RareVector& other) {
    if (items_ || other.items_) items_ = RareVector(other).items_;
    return *this;
  }
  RareVector& operator=(RareVector&&) noexcept = default;
  ~RareVector() = default;

  bool empty() const { return items_ == nullptr; }
  std::size_t size() const { return items_ ? items_->size() : 0; }
  Value* begin() { return items_ ? items_->data() : nullptr; }
  Value* end() { return begin() + size(); }
  const Value* begin() const { return items_ ? items_->data() : nullptr; }
  const Value* end() const { return begin() + size(); }
  const Value& operator[](std::size_t at) const { return (*items_)[at]; }
  /// REQUIRES some.
  const Value& back() const { return items_->back(); }

  void push_back(Value value) { insert(end(), std::move(value)); }
  /// New ones are default values. Ends all places.
  void resize(std::size_t size) {
    if (size == 0) return items_.reset();
    if (!items_) items_ = std::make_unique<Items>();
    items_->resize(size);
  }
  /// Before `at`, a place in this vector. Ends all other places, as `erase` does.
  void insert(const Value* at, Value value) {
    auto place = at - begin();
    if (!items_) items_ = std::make_unique<Items>();
    items_->insert(items_->begin() + place, std::move(value));
  }
  /// Returns the place of what followed.
  Value* erase(const Value* at) {
    auto place = at - begin();
    items_->erase(items_->begin() + place);
    if (items_->empty()) items_.reset();
    return begin() + (items_ ? place : 0);
  }

  friend bool operator==(const RareVector& a, const RareVector& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end());
  }
  /// By the first difference, then the shorter one first.
  friend std::strong_ordering operator<=>(const RareVector& a, const RareVector& b) requires
      std::three_way_comparable<Value, std::strong_ordering> {
    return std::lexicographical_compare_three_way(a.begin(), a.end(), b.begin(), b.end());
  }

 private:
  using Items = std::vector<Value>;

  std::unique_ptr<Items> items_;  // null while it is empty
};

}  // namespace fairlead
