package io.polaroid.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.polaroid.timeseries.result.PolaroidException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
    @Test
    void hasDefaults() {
        assertThat(Settings.of(Map.of())).isEqualTo(new Settings(Path.of("data"), 9092, 8081, 50051, 8080, 8083, 8090));
    }

    @Test
    void takesFolderAndPortsFromTheEnvironment() {
        // When
        Settings settings =
                Settings.of(Map.of("POLAROID_DATA", "/d", "POLAROID_KAFKA_PORT", "0", "POLAROID_WEB_PORT", " 81 "));

        // Then
        assertThat(settings.kafkaFolder()).isEqualTo(Path.of("/d/kafka"));
        assertThat(settings.stateFolder()).isEqualTo(Path.of("/d/state"));
        assertThat(settings.kafkaPort()).isZero();
        assertThat(settings.webPort()).isEqualTo(81);
    }

    @ParameterizedTest
    @ValueSource(strings = {"web", "-1", "65536", "8080.0"})
    void namesTheVariableThatIsNoPort(String text) {
        assertThatThrownBy(() -> Settings.of(Map.of("POLAROID_GRPC_PORT", text)))
                .isInstanceOf(PolaroidException.class)
                .hasMessageContaining("POLAROID_GRPC_PORT is \"" + text + "\"");
    }
}
