package io.polaroid.launcher;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds the arrows between modules: dependencies point inward, siblings never see each other. */
class ArchitectureTest {
    private static final Set<String> MODULES = Set.of(
            "timeseries", "v1", "schemas", "registry", "store", "topology", "ingest", "sinks", "query", "launcher");
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.polaroid");

    @Test
    void seesTheClassesOfEveryModule() {
        Set<String> seen = CLASSES.stream()
                .map(JavaClass::getPackageName)
                .filter(name -> name.startsWith("io.polaroid."))
                .map(name -> name.split("\\.")[2])
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(seen).containsAll(MODULES);
    }

    @ParameterizedTest(name = "{0} may see {1}")
    @CsvSource({
        "timeseries, ''",
        "v1, ''",
        "schemas, timeseries",
        "registry, schemas timeseries",
        "store, timeseries",
        "topology, schemas store timeseries",
        "ingest, schemas timeseries",
        "sinks, schemas timeseries",
        "query, v1 schemas store timeseries",
    })
    void seesOnly(String module, String others) {
        Set<String> allowed =
                Stream.concat(Stream.of(module), Stream.of(others.split(" "))).collect(Collectors.toSet());
        String[] forbidden = MODULES.stream()
                .filter(other -> !allowed.contains(other))
                .map(ArchitectureTest::in)
                .toArray(String[]::new);
        noClasses()
                .that()
                .resideInAPackage(in(module))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(forbidden)
                .check(CLASSES);
    }

    @Test
    void queriesReadStateThroughItsPortOnly() {
        noClasses()
                .that()
                .resideInAPackage("io.polaroid.query..")
                .should()
                .dependOnClassesThat(com.tngtech.archunit.base.DescribedPredicate.describe(
                        "are in store but not in store.read",
                        type -> type.getPackageName().startsWith("io.polaroid.store")
                                && !type.getPackageName().startsWith("io.polaroid.store.read")))
                .check(CLASSES);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "org.apache.kafka..",
                "io.grpc..",
                "org.slf4j..",
                "java.nio.file..",
                "java.net..",
                "java.util.concurrent.."
            })
    void theCoreIsPure(String outside) {
        noClasses()
                .that()
                .resideInAPackage("io.polaroid.timeseries..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(outside)
                .check(CLASSES);
    }

    @Test
    void theCoreHasNoClock() {
        noClasses()
                .that()
                .resideInAPackage("io.polaroid.timeseries..")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.time.Clock")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.time.InstantSource")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.lang.Thread")
                .check(CLASSES);
    }

    @Test
    void kafkaStreamsInternalsAppearInOnePackage() {
        classes()
                .that()
                .resideOutsideOfPackage("io.polaroid.store.internals..")
                .should()
                .onlyDependOnClassesThat(com.tngtech.archunit.base.DescribedPredicate.describe(
                        "are no internals of Kafka Streams",
                        type -> !(type.getPackageName().startsWith("org.apache.kafka.streams.")
                                && type.getPackageName().contains(".internals"))))
                .check(CLASSES);
    }

    @ParameterizedTest
    @CsvSource({
        "kafka.server.., io.polaroid.launcher.broker",
        "org.apache.kafka.metadata.., io.polaroid.launcher.broker",
        "org.apache.kafka.connect.runtime.., io.polaroid.launcher.connect",
        "org.snakeyaml.., io.polaroid.launcher.config",
        "picocli.., io.polaroid.launcher.cli",
    })
    void onePackageKnows(String outside, String home) {
        noClasses()
                .that()
                .resideOutsideOfPackage(home)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(outside)
                .check(CLASSES);
    }

    private static String in(String module) {
        return "io.polaroid." + module + "..";
    }
}
