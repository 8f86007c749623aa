#include <cstddef>
#include <stdexcept>
#include <vector>

struct Matrix {
  std::size_t rows, cols;
  std::vector<double> data;

  Matrix(std::size_t r, std::size_t c) : rows(r), cols(c), data(r * c, 0.0) {}
};

Matrix operator*(const Matrix& a, const Matrix& b) {
  if (a.cols != b.rows) throw std::invalid_argument("inner sizes differ");
  Matrix product(a.rows, b.cols);
  for (std::size_t i = 0; i < a.rows; ++i) {
    for (std::size_t k = 0; k < a.cols; ++k) {
      for (std::size_t j = 0; j < b.cols; ++j) {
        product.data[i * b.cols + j] += a.data[i * a.cols + k] * b.data[k * b.cols + j];
      }
    }
  }
  return product;
}
