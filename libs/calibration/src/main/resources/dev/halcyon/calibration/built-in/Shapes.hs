module Shapes (Shape (..), area, perimeter, largest) where

import Data.List (maximumBy)
import Data.Ord (comparing)

-- | A plane figure; lengths are in metres.
data Shape
  = Circle Double
  | Rectangle Double Double
  | Triangle Double Double Double
  deriving (Eq, Show)

area :: Shape -> Double
area (Circle r) = pi * r * r
area (Rectangle w h) = w * h
area (Triangle a b c) = sqrt (s * (s - a) * (s - b) * (s - c))
  where
    s = (a + b + c) / 2

perimeter :: Shape -> Double
perimeter (Circle r) = 2 * pi * r
perimeter (Rectangle w h) = 2 * (w + h)
perimeter (Triangle a b c) = a + b + c

largest :: [Shape] -> Maybe Shape
largest [] = Nothing
largest shapes = Just (maximumBy (comparing area) shapes)
