package dev.halcyon.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.halcyon.contracts.job.Failure;
import dev.halcyon.hub.fixture.Fault;
import dev.halcyon.hub.fixture.Faults;
import dev.halcyon.hub.fixture.Repository;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Jobs on models of a Hub whose answers lead elsewhere: to another host, or out of a folder.
class HubTrustTest extends JobsOnHub {
  @Test
  void aRedirectToAnotherHostIsFollowedWithoutTheToken() throws Exception {
    for (String model : List.of(base, tuned)) {
      String path = "/api/models/" + model + "/revision/main";
      server.faults().always(Faults.hub(path), new Fault.RedirectTo(elsewhere.endpoint() + path));
    }

    assertUndisturbed(run(base, tuned));
    assertThat(elsewhere.requests()).hasSize(2).allMatch(request -> request.token().isEmpty());
    assertThat(server.requests())
        .filteredOn(request -> request.origin().equals("hub"))
        .allMatch(request -> request.token().equals(Optional.of(TOKEN)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"../../../escaped", "/escaped", "a/../../escaped", "C:\\escaped", "a//b"})
  void aListingWhosePathsLeadOutOfTheRepositoryIsRefused(String path) throws Exception {
    server.add(
        Repository.model("acme/listing", folder.resolve("hub").resolve(tuned))
            .listedAs("README.md", path));

    assertThat(failure(run(base, "acme/listing")))
        .isEqualTo(
            new Failure(
                Failure.Cause.BAD_INPUT,
                "[acme/listing] the server lists a file whose path leads out of the"
                    + " repository: check that HF_ENDPOINT is a Hub"));
  }

  @Test
  void anIndexWhoseShardsLeadOutOfTheRepositoryIsRefused() throws Exception {
    Path model = Files.createDirectories(folder.resolve("index"));
    Files.writeString(
        model.resolve("model.safetensors.index.json"),
        "{\"weight_map\":{\"w\":\"../../base/model.safetensors\"}}");
    server.model("acme/index", model);

    Failure failure = failure(run(base, "acme/index"));
    assertThat(failure.cause()).isEqualTo(Failure.Cause.BAD_INPUT);
    assertThat(failure.message()).contains("acme/index", "../../base/model.safetensors");
  }

  @ParameterizedTest
  @ValueSource(strings = {"acme/..", "hf:../../etc", "hf:acme/x@../../y", "hf:acme/x@refs/../y"})
  void aModelsNameThatIsAPathIsRefused(String name) throws Exception {
    Failure failure = failure(run(base, name));
    assertThat(failure.cause()).as(failure.message()).isEqualTo(Failure.Cause.BAD_INPUT);
    assertThat(server.requests()).noneMatch(request -> request.path().contains(".."));
  }

  /// Names of tensors are the model's to choose; in the store they are digests.
  @Test
  void tensorsMayBeNamedLikePaths() throws Exception {
    String escape = "../../../../escaped.weight";
    for (String model : List.of("base", "tuned")) {
      Path weights = folder.resolve("hub/paths").resolve(model);
      server.model(
          "paths/" + model, RandomModels.write(weights, List.of(escape), 8, model.length()));
    }

    JsonNode results = results(run("paths/base", "paths/tuned"));
    assertThat(results).hasSize(1);
    assertThat(results.get(0).toString()).contains(escape);
    try (Stream<Path> files = Files.walk(folder)) {
      assertThat(files).noneMatch(file -> file.getFileName().toString().contains("escaped"));
    }
  }
}
