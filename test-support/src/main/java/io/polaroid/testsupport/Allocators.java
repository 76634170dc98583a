package io.polaroid.testsupport;

import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives each test that asks for a {@link BufferAllocator} a root of its own, and closes it after the test; a leaked buffer, or
 * a child left open, fails the test. Use: {@code @ExtendWith(Allocators.class)} and a test or {@code @BeforeEach} parameter.
 */
public final class Allocators implements ParameterResolver, AfterEachCallback {
    private static final Namespace NAMESPACE = Namespace.create(Allocators.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
        return parameter.getParameter().getType() == BufferAllocator.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext test) {
        return test.getStore(NAMESPACE)
                .computeIfAbsent(BufferAllocator.class, type -> new RootAllocator(), BufferAllocator.class);
    }

    @Override
    public void afterEach(ExtensionContext test) {
        var allocator = test.getStore(NAMESPACE).remove(BufferAllocator.class, BufferAllocator.class);
        if (allocator == null) {
            return;
        }
        // An open child without bytes would go unnoticed by close (unless Arrow's debug flag is on).
        var children = allocator.getChildAllocators();
        allocator.close();
        if (!children.isEmpty()) {
            throw new IllegalStateException("allocators were left open: " + children);
        }
    }
}
