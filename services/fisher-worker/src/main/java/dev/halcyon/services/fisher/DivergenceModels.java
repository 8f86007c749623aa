package dev.halcyon.services.fisher;

import dev.halcyon.contracts.job.FisherTask.Divergence;
import dev.halcyon.contracts.job.FisherTask.NamedModel;
import dev.halcyon.contracts.store.PlacedModel;
import dev.halcyon.transformer.DecoderModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// The models of a divergence task.
///
/// @param all the base first
record DivergenceModels(List<OpenedModel> all) implements AutoCloseable {
  /// @throws dev.halcyon.services.common.BadInputException as [OpenedModel#open]
  static DivergenceModels open(
      Divergence task, Outcomes outcomes, ModelObjects objects, Machine machine)
      throws IOException {
    DivergenceModels models = new DivergenceModels(new ArrayList<>());
    try {
      for (NamedModel named : task.models()) {
        PlacedModel placed = outcomes.read(named.parts(), PlacedModel.class);
        models.all.add(
            OpenedModel.open(placed, task.allowConfigFields(), objects, machine.roots()));
      }
      return models;
    } catch (IOException | RuntimeException e) {
      models.close();
      throw e;
    }
  }

  OpenedModel base() {
    return all.getFirst();
  }

  List<DecoderModel> fineTunes() {
    return all.stream().skip(1).map(OpenedModel::model).toList();
  }

  @Override
  public void close() throws IOException {
    for (OpenedModel model : all) {
      model.close();
    }
  }
}
