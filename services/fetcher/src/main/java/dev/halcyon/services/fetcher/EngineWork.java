package dev.halcyon.services.fetcher;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;

/// What a request asks Fisher workers for.
///
/// @param fisher information of models
/// @param divergence of the fine-tunes
record EngineWork(Optional<FisherWork> fisher, Optional<DivergenceWork> divergence) {
  /// The parts of a job's key.
  record Key(Optional<FisherWork.Key> fisher, Optional<DivergenceWork.Key> divergence) {}

  Key key() {
    return new Key(fisher.map(FisherWork::key), divergence.map(DivergenceWork::key));
  }

  /// All models of the request, those that are computed on texts with the notes on these.
  List<ModelTensors> noted(List<ModelTensors> all) {
    List<ModelTensors> noted = new ArrayList<>();
    for (ModelTensors model : all) {
      SequencedSet<String> notes = new LinkedHashSet<>();
      fisher
          .filter(work -> work.models().contains(model))
          .ifPresent(work -> notes.addAll(work.texts().notes()));
      divergence.ifPresent(work -> notes.addAll(work.texts().notes()));
      noted.add(notes.isEmpty() ? model : model.with(List.copyOf(notes)));
    }
    return noted;
  }
}
